import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as TestToken from "@causeway/contracts/TestToken";
import type { Cluster } from "@causeway/devnet/cluster";
import { devAccount } from "@causeway/devnet/devnetAccounts";
import { Contract, ContractFactory, JsonRpcProvider, NonceManager, Wallet, WebSocketProvider } from "ethers";
import { createPublicClient, createWalletClient, defineChain, http, parseEther, webSocket } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { verifiedCertificate } from "../support/certificate.js";
import { repositoryRoot } from "../support/repositoryRoot.js";
import { rpc } from "../support/rpc.js";
import { sharedCluster } from "../support/sharedCluster.js";
import { TEST_CHAIN_ID } from "../support/testCluster.js";

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 300_000;
const SUPPLY = 10n ** 24n;

describe("Ethereum's tools, unmodified", () => {
  let cluster: Cluster;

  before(async () => {
    cluster = await sharedCluster();
  });

  it("ethers deploys an ERC-20 through validator 1, and validator 3 shows the same certified result", async () => {
    const provider = new JsonRpcProvider(cluster.rpcUrl(1), TEST_CHAIN_ID);
    try {
      const signer = new NonceManager(new Wallet(devAccount(0).privateKey, provider));
      const factory = new ContractFactory(TestToken.abi, TestToken.bytecode, signer);
      const token = await (await factory.deploy("Test", "TST", SUPPLY)).waitForDeployment();
      const address = await token.getAddress();
      const transfer = await new Contract(address, TestToken.abi, signer).getFunction("transfer")(
        devAccount(1).address,
        5n,
      );
      const receipt = await transfer.wait();
      assert.equal(receipt.status, 1);

      await cluster.waitForHeight(3, receipt.blockNumber);
      const [one, three] = await Promise.all(
        [1, 3].map((i) => rpc<unknown>(cluster.rpcUrl(i), "eth_getTransactionReceipt", receipt.hash)),
      );
      assert.deepEqual(three, one);
      const tag = `0x${receipt.blockNumber.toString(16)}`;
      const [block1, block3] = await Promise.all(
        [1, 3].map((i) =>
          rpc<{ hash: string; stateRoot: string }>(cluster.rpcUrl(i), "eth_getBlockByNumber", tag, false),
        ),
      );
      assert.deepEqual(block3, block1);
      const certificate = await verifiedCertificate(cluster, 3, receipt.blockNumber);
      assert.equal(certificate.checkpoint.blockHash, block3?.hash);
      assert.equal(certificate.checkpoint.stateRoot, block3?.stateRoot);
      const balance = await new Contract(
        address,
        TestToken.abi,
        new JsonRpcProvider(cluster.rpcUrl(3), TEST_CHAIN_ID),
      ).getFunction("balanceOf")(devAccount(1).address);
      assert.equal(balance, 5n);
    } finally {
      provider.destroy();
    }
  });

  it("ethers follows blocks and logs over the websocket", async () => {
    const provider = new WebSocketProvider(cluster.rpcUrl(2).replace("http", "ws"), TEST_CHAIN_ID);
    try {
      const seen: number[] = [];
      await new Promise<void>((resolve) =>
        provider.on("block", (number: number) => {
          seen.push(number);
          if (seen.length === 3) resolve();
        }),
      );
      assert.deepEqual(
        seen,
        seen.map((_, i) => (seen[0] as number) + i),
      );
    } finally {
      await provider.destroy();
    }
  });

  it("viem deploys, transfers and reads", async () => {
    const chain = defineChain({
      id: TEST_CHAIN_ID,
      name: "Causeway",
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: {
        default: { http: [cluster.rpcUrl(1)], webSocket: [cluster.rpcUrl(1).replace("http", "ws")] },
      },
    });
    const account = privateKeyToAccount(devAccount(2).privateKey as `0x${string}`);
    const wallet = createWalletClient({ account, chain, transport: http() });
    const reader = createPublicClient({ chain, transport: http(cluster.rpcUrl(3)) });
    const writer = createPublicClient({ chain, transport: http(cluster.rpcUrl(1)) });

    const deployment = await wallet.deployContract({
      abi: TestToken.abi,
      bytecode: TestToken.bytecode,
      args: ["Viem", "VIEM", SUPPLY],
    });
    const { contractAddress, blockNumber } = await writer.waitForTransactionReceipt({ hash: deployment });
    assert.ok(contractAddress);
    await cluster.waitForHeight(3, Number(blockNumber));
    const balance = await reader.readContract({
      address: contractAddress,
      abi: TestToken.abi,
      functionName: "balanceOf",
      args: [account.address],
    });
    assert.equal(balance, SUPPLY);
    const sent = await wallet.sendTransaction({
      to: devAccount(3).address as `0x${string}`,
      value: parseEther("0.5"),
    });
    const receipt = await writer.waitForTransactionReceipt({ hash: sent });
    assert.equal(receipt.status, "success");
    const socket = createPublicClient({ chain, transport: webSocket() });
    assert.equal(await socket.getChainId(), TEST_CHAIN_ID);
    await (await socket.transport.getRpcClient()).close();
  });

  it("cast sends and reads", async () => {
    const common = ["--rpc-url", cluster.rpcUrl(1)];
    assert.equal((await cast("chain-id", ...common)).trim(), String(TEST_CHAIN_ID));
    const receipt = JSON.parse(
      await cast(
        ...["send", ...common, "--json", "--private-key", devAccount(4).privateKey],
        ...[devAccount(5).address, "--value", "1ether"],
      ),
    ) as { status: string };
    assert.equal(receipt.status, "0x1");
    const balance = await cast("balance", ...common, devAccount(5).address);
    assert.equal(BigInt(balance.trim()), parseEther("101"));
  });

  it("forge create deploys", async () => {
    const dir = await mkdtemp(join(tmpdir(), "causeway-forge-"));
    try {
      await mkdir(join(dir, "src"));
      await cp(join(repositoryRoot, "contracts/bin/solc"), join(dir, "solc"));
      await writeFile(
        join(dir, "foundry.toml"),
        '[profile.default]\nsrc = "src"\nsolc = "./solc"\noffline = true\nevm_version = "prague"\n',
      );
      await writeFile(
        join(dir, "src/Counter.sol"),
        "// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\ncontract Counter { uint256 public count; function up() external { ++count; } }\n",
      );
      const { stdout } = await run(
        foundry("forge"),
        [
          ...[
            "create",
            "src/Counter.sol:Counter",
            "--root",
            dir,
            "--rpc-url",
            cluster.rpcUrl(1),
            "--broadcast",
            "--json",
          ],
          ...["--private-key", devAccount(6).privateKey],
        ],
        {
          cwd: dir,
          timeout: COMMAND_TIMEOUT_MS,
          env: { ...process.env, NODE_PATH: join(repositoryRoot, "node_modules") },
        },
      );
      const { deployedTo } = JSON.parse(stdout) as { deployedTo: string };
      const code = await rpc<string>(cluster.rpcUrl(1), "eth_getCode", deployedTo, "latest");
      assert.ok(code.length > 2);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});

async function cast(...args: string[]): Promise<string> {
  return (await run(foundry("cast"), args, { timeout: COMMAND_TIMEOUT_MS })).stdout;
}

/** A Foundry binary from its npm package. */
function foundry(tool: "cast" | "forge"): string {
  const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  return createRequire(import.meta.url).resolve(`@foundry-rs/${tool}-${platform}/bin/${tool}`);
}
