import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { Contract } from "ethers";
import { repositoryRoot } from "../../support/repositoryRoot.js";
import { node24 } from "../support/node24.js";
import { onDemand } from "../support/onDemand.js";
import { toolWallet } from "../support/toolAccounts.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

const run = promisify(execFile);
/** A bound on waiting for a busy machine. */
const COMMAND_TIMEOUT_MS = 600_000;
const PROJECT = ["hardhat.config.ts", "contracts", "ignition", "scripts", "test"];

describe("Hardhat 3 under Node 24", function () {
  // The first run installs it.
  this.timeout(900_000);
  let chain: ToolChain;
  let hardhat: (...args: readonly string[]) => Promise<string>;

  before(async function () {
    chain = await toolChain();
    const node = await node24();
    const project = node === null ? null : await onDemand("hardhat", node);
    if (node === null || project === null) return this.skip();
    // What Ignition remembers of a chain with this id is of an earlier run's.
    await rm(join(project, "ignition/deployments"), { recursive: true, force: true });
    for (const path of PROJECT)
      await cp(join(repositoryRoot, "test/tools/hardhat", path), join(project, path), { recursive: true });
    hardhat = async (...args) => {
      const cli = join(project, "node_modules/hardhat/dist/src/cli.js");
      const { stdout } = await run(node, [cli, ...args, "--network", "causeway"], {
        cwd: project,
        timeout: COMMAND_TIMEOUT_MS,
        env: {
          ...process.env,
          CAUSEWAY_RPC_URL: chain.url,
          CAUSEWAY_KEY: toolWallet("hardhat").privateKey,
          SOLCJS: join(createRequire(import.meta.url).resolve("solc"), "../soljson.js"),
          HARDHAT_DISABLE_TELEMETRY_PROMPT: "true",
        },
      }).catch((error: Error & { stdout?: string; stderr?: string }) => {
        throw new Error(`hardhat ${args[0]}: ${error.stdout}${error.stderr}`);
      });
      return stdout;
    };
  });

  it("runs a deployment script against --network", async () => {
    const output = await hardhat("run", "scripts/deploy.ts");
    const { address, count } = JSON.parse(output.slice(output.indexOf("{"), output.indexOf("}") + 1)) as {
      address: string;
      count: string;
    };
    assert.equal(count, "42");
    const counter = new Contract(address, ["function count() view returns (uint256)"], chain.provider);
    assert.equal(await counter.getFunction("count")(), 42n);
  });

  it("runs its tests against --network: contracts, events, custom errors, an Ignition module", async () => {
    const output = await hardhat("test", "nodejs");
    assert.match(output, /3 passing/);
    assert.doesNotMatch(output, /failing/);
  });
});
