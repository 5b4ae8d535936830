import hardhatIgnitionViem from "@nomicfoundation/hardhat-ignition-viem";
import hardhatNodeTestRunner from "@nomicfoundation/hardhat-node-test-runner";
import hardhatViem from "@nomicfoundation/hardhat-viem";
import { defineConfig } from "hardhat/config";

const { CAUSEWAY_RPC_URL = "http://127.0.0.1:8645", CAUSEWAY_KEY, SOLCJS } = process.env;

export default defineConfig({
  plugins: [hardhatViem, hardhatIgnitionViem, hardhatNodeTestRunner],
  // The compiler from npm; without `path` Hardhat downloads its own.
  solidity: { version: "0.8.37", ...(SOLCJS === undefined ? {} : { path: SOLCJS }) },
  // Blocks are final at once.
  ignition: { requiredConfirmations: 1, blockPollingInterval: 200 },
  networks: {
    causeway: {
      type: "http",
      url: CAUSEWAY_RPC_URL,
      accounts: CAUSEWAY_KEY === undefined ? "remote" : [CAUSEWAY_KEY],
    },
  },
});
