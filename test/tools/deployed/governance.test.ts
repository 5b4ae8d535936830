import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { getCreateAddress, id, ZeroHash } from "ethers";
import { compiledContract } from "../support/compileSolidity.js";
import { type Deployable, Sender } from "../support/sender.js";
import { toolChain } from "../support/toolChain.js";

const SUPPLY = 1_000n;
const ANYONE = "0x0000000000000000000000000000000000000000";
/** BlockGovernor's, in blocks. */
const VOTING = { delay: 1, period: 3 };
const FOR = 1;
const SUCCEEDED = 4n;
const QUEUED = 5n;
const EXECUTED = 7n;
const ROLE = 7n;
const DELAY_SECONDS = 2;

describe("OpenZeppelin governance", () => {
  it("Governor: proposes, votes, queues in a TimelockController and executes", async () => {
    const sender = await Sender.open(await toolChain(), "governor");
    const token = await sender.deploy(compiledContract("VotesToken"), [SUPPLY]);
    const governorAt = getCreateAddress({ from: sender.address, nonce: sender.nonce + 1 });
    const timelock = await sender.deploy(await artifact("TimelockController"), [
      1n,
      [governorAt],
      [ANYONE],
      sender.address,
    ]);
    const governor = await sender.deploy(compiledContract("BlockGovernor"), [token.target, timelock.target], {
      gasLimit: 5_000_000,
    });
    await sender.call(token, "delegate", [sender.address]);
    await sender.call(token, "transfer", [timelock.target, 100n]);
    await sender.settle();

    const payment = token.interface.encodeFunctionData("transfer", [sender.address, 60n]);
    const proposal = [[token.target], [0n], [payment]] as const;
    await sender.call(governor, "propose", [...proposal, "pay back"]);
    const [proposed] = await sender.settle();
    const proposalId: bigint = await governor.getFunction("hashProposal")(...proposal, id("pay back"));
    const opens = (proposed?.blockNumber ?? 0) + VOTING.delay;
    await sender.chain.cluster.waitForHeight(1, opens);
    await sender.call(governor, "castVoteWithReason", [proposalId, FOR, "why not"]);
    await sender.call(governor, "castVote", [proposalId, FOR], { fails: true });
    await sender.settle();
    await sender.chain.cluster.waitForHeight(1, opens + VOTING.period + 1);
    assert.equal(await governor.getFunction("state")(proposalId), SUCCEEDED);

    const again = [...proposal, id("pay back")];
    await sender.call(governor, "queue", again);
    const [queued] = await sender.settle();
    assert.equal(await governor.getFunction("state")(proposalId), QUEUED);
    await sender.chain.cluster.waitForHeight(1, (queued?.blockNumber ?? 0) + 1);
    await sender.call(governor, "execute", again);
    await sender.settle();
    assert.equal(await governor.getFunction("state")(proposalId), EXECUTED);
    assert.equal(await token.getFunction("balanceOf")(timelock.target), 40n);
  });

  it("AccessManager: a role with a delay schedules, waits and executes", async () => {
    const sender = await Sender.open(await toolChain(), "access");
    const manager = await sender.deploy(await artifact("AccessManager"), [sender.address], {
      gasLimit: 5_000_000,
    });
    const managed = await sender.deploy(compiledContract("Managed"), [manager.target]);
    const selector = managed.interface.getFunction("set")?.selector;
    await sender.call(managed, "set", [1n]);
    await sender.call(manager, "setTargetFunctionRole", [managed.target, [selector], ROLE]);
    await sender.call(manager, "grantRole", [ROLE, sender.address, DELAY_SECONDS]);
    const data = managed.interface.encodeFunctionData("set", [42n]);
    await sender.call(managed, "set", [42n], { fails: true });
    await sender.call(manager, "schedule", [managed.target, data, 0n]);
    await sender.call(manager, "execute", [managed.target, data], { fails: true });
    const receipts = await sender.settle();
    await sender.chain.cluster.waitForHeight(1, (receipts.at(-1)?.blockNumber ?? 0) + DELAY_SECONDS);
    await sender.call(manager, "execute", [managed.target, data]);
    await sender.settle();
    assert.equal(await managed.getFunction("value")(), 42n);
    const operation = await manager.getFunction("hashOperation")(sender.address, managed.target, data);
    assert.equal(await manager.getFunction("getSchedule")(operation), 0n);
    assert.notEqual(operation, ZeroHash);
  });
});

/** As the npm package holds it compiled. */
async function artifact(name: string): Promise<Deployable> {
  const path = createRequire(import.meta.url).resolve(`@openzeppelin/contracts/build/contracts/${name}.json`);
  return JSON.parse(await readFile(path, "utf8")) as Deployable;
}
