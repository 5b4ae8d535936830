import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Contract } from "ethers";
import { makeForgeProject } from "../support/forgeProject.js";
import { forge } from "../support/foundry.js";
import { toolWallet } from "../support/toolAccounts.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

interface Broadcast {
  readonly transactions: readonly {
    readonly hash: string;
    readonly transactionType: string;
    readonly contractAddress: string;
  }[];
  readonly receipts: readonly { readonly status: string; readonly effectiveGasPrice: string }[];
}

describe("forge", function () {
  // forge compiles each project anew, with the compiler from npm.
  this.timeout(900_000);
  const { privateKey, address: sender } = toolWallet("forge");
  let chain: ToolChain;
  let project: string;

  before(async () => {
    chain = await toolChain();
    project = await makeForgeProject(tmpdir());
  });

  after(async () => rm(project, { recursive: true, force: true }));

  it("script --broadcast: CREATE, CREATE2 by the deployment proxy, calls, value", async () => {
    await forge(
      project,
      ...["script", "script/Deploy.s.sol:Deploy", "--rpc-url", chain.url, "--private-key", privateKey],
      ...["--broadcast", "--non-interactive"],
    );
    const log = join(project, `broadcast/Deploy.s.sol/${chain.chainId}/run-latest.json`);
    const { transactions, receipts } = JSON.parse(await readFile(log, "utf8")) as Broadcast;
    assert.deepEqual(
      transactions.map(({ transactionType }) => transactionType),
      ["CREATE", "CREATE2", "CALL", "CALL"],
    );
    assert.deepEqual(
      receipts.map(({ status }) => status),
      ["0x1", "0x1", "0x1", "0x1"],
    );
    const [first, second] = transactions.map(
      ({ contractAddress }) =>
        new Contract(contractAddress, ["function count() view returns (uint256)"], chain.provider),
    );
    assert.deepEqual([await first?.getFunction("count")(), await second?.getFunction("count")()], [2n, 12n]);
    assert.equal(await chain.provider.getBalance(transactions[1]?.contractAddress as string), 5n);
  });

  it("script --resume finds all sent; a script that reverts sends nothing", async () => {
    const nonce = await chain.provider.getTransactionCount(sender);
    await forge(
      project,
      ...["script", "script/Deploy.s.sol:Deploy", "--rpc-url", chain.url, "--private-key", privateKey],
      ...["--broadcast", "--resume", "--non-interactive"],
    );
    await assert.rejects(
      forge(
        project,
        ...["script", "script/Deploy.s.sol:Fail", "--rpc-url", chain.url, "--private-key", privateKey],
        ...["--broadcast", "--non-interactive"],
      ),
      /counted too far/,
    );
    assert.equal(await chain.provider.getTransactionCount(sender), nonce);
  });

  it("create deploys with constructor arguments", async () => {
    const output = await forge(
      project,
      ...[
        "create",
        "src/Counter.sol:Counter",
        "--rpc-url",
        chain.url,
        "--private-key",
        privateKey,
        "--broadcast",
      ],
      ...["--json", "--constructor-args", "40"],
    );
    const { deployedTo, deployer } = JSON.parse(output) as { deployedTo: string; deployer: string };
    assert.equal(deployer, sender);
    const counter = new Contract(deployedTo, ["function count() view returns (uint256)"], chain.provider);
    assert.equal(await counter.getFunction("count")(), 40n);
  });

  it("test --fork-url runs against the chain's state", async () => {
    const output = await forge(project, "test", "--fork-url", chain.url, "--json");
    assert.match(output, /"test_forkedState\(\)":\{"status":"Success"/);
  });
});
