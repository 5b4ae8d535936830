import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { readSidechainView } from "@causeway/bridge/l1/readSidechainView";
import { withdrawEth } from "@causeway/bridge/transfers/withdrawEth";
import type { Cluster } from "@causeway/devnet/cluster";
import { ManagedProcess } from "@causeway/devnet/managedProcess";
import { freePortBases, layOutPorts } from "@causeway/devnet/ports";
import { waitFor } from "@causeway/devnet/waitFor";
import { signerIndices } from "@causeway/protocol/certificate";
import type { Address, Hash } from "@causeway/protocol/hex";
import { METHOD_TABLE } from "@causeway/rpc/methodTable";
import { parseEther } from "ethers";
import { verifiedCertificate } from "../support/certificate.js";
import { rpc, rpcAnswer } from "../support/rpc.js";
import { type CommandResult, runCauseway } from "../support/runCauseway.js";
import { CAUSEWAY, removeCluster, startBridged } from "../support/testCluster.js";
import { type Crosser, crosserOf } from "../support/transfers.js";

const VALIDATORS = 4;
const RELAYERS = 4;
const EPOCH_LENGTH = 12;
/**
 * Blocks come with transactions, and slowly without: epochs pass when the test sends some, not while a command is still
 * starting on a busy machine.
 */
const EMPTY_BLOCK_PERIOD_SECONDS = 30;
const WAIT_TIMEOUT_MS = 180_000;
interface ServedSet {
  readonly validators: readonly Address[];
  readonly hash: Hash;
}

interface ServedList {
  readonly votesNeeded: number;
  readonly validators: readonly { readonly consensusKey: Address; readonly operator: Address | null }[];
  readonly proposals: readonly { readonly id: number; readonly votes: readonly Address[] }[];
}

describe("the validator set of a bridged chain changes by its operators", () => {
  let cluster: Cluster;
  let user: Crosser;
  let fifth: ManagedProcess;
  /** Proposal that adds the fifth validator. */
  let addition: string;
  /** Consensus keys of nodes 1 to 5, as they were at first. */
  let keys: Address[];

  before(async () => {
    cluster = await startBridged({
      validators: VALIDATORS,
      ports: await freePortBases(VALIDATORS + 1, RELAYERS),
      initArgs: [
        ...["--empty-block-period", String(EMPTY_BLOCK_PERIOD_SECONDS)],
        ...["--epoch-length", String(EPOCH_LENGTH)],
      ],
    });
    user = await crosserOf(cluster, 1);
    keys = [1, 2, 3, 4].map((i) => addressIn(`node-${i}/consensus.json`));
  });
  after(async () => {
    user?.close();
    await fifth?.stop();
    await removeCluster(cluster);
  });

  it("a node follows; two of four votes and its readiness do not make it a validator (V3, V4)", async () => {
    await joinAsFollower();
    const proposed = await causeway("propose", "add", key(5), "--operator", operator(5), ...signedBy(1));
    assert.match(proposed.stdout, /1 of 3 votes.*\nwaits for 2 more votes, readiness of 0x/);
    addition = proposalIn(proposed);
    await postReady();
    const voted = await causeway("vote", addition, ...signedBy(2));
    assert.match(voted.stdout, /2 of 3 votes.*\nwaits for 1 more vote\n/);

    const early = await runCauseway("validator", "execute", addition, ...signedBy(1));
    assert.match(early.stderr, /^causeway: ValidatorSet refuses: the proposal has 2 of the 3 votes it needs/);
    const twice = await runCauseway("validator", "vote", addition, ...signedBy(2));
    assert.match(twice.stderr, /operator 0x[0-9a-f]{40} has voted for proposal \d+ already/);
    const boundary = nextBoundary(await cluster.height(1));
    await reach(boundary + 1);
    assert.deepEqual((await setAt(boundary + 1)).validators, keys.slice(0, 4).sort());
    const { proposals, votesNeeded } = await list();
    assert.deepEqual(
      [proposals.map(({ id, votes }) => [id, votes.length]), votesNeeded],
      [[[Number(addition), 2]], 3],
    );
  });

  it("the third vote does: in force at the epoch, it seals and proposes; L1 follows, and pays what was burned before (V1, V3, V5)", async () => {
    // The carrier is away: afterwards it must walk L1 through the change before the withdrawal can be claimed.
    const burned = await withdraw();
    await postReady();
    const from = inForceFrom(await causeway("vote", addition, ...signedBy(3)));

    await untilSetChanged(from);
    assert.deepEqual((await setAt(from - 1)).validators, keys.slice(0, 4).sort());
    assert.deepEqual((await setAt(from)).validators, [...keys].sort());
    await proposesBlock(key(5), from);
    await sealsBlock(key(5), from);

    (cluster.carriers[0] as ManagedProcess).start();
    await l1Follows();
    await user.waitForRelease(burned);
  });

  it("an account that is no operator has no vote, and is told so (V4)", async () => {
    const made = await runCauseway("account", "new", "--dir", cluster.path("stranger"));
    assert.equal(made.status, 0, made.stderr);
    const account = ["--keystore", cluster.path("stranger/account.json"), "--rpc", cluster.rpcUrl(1)];
    const [poor, foreign] = await Promise.all([
      runCauseway("validator", "propose", "remove", key(4), ...account),
      runCauseway("validator", "remove-self", key(4), ...signedBy(1)),
    ]);
    assert.match(foreign.stderr, /does not operate validator 0x/);
    assert.match(poor.stderr, /^causeway: account 0x[0-9a-f]{40} has no ether on chain \d+ to pay gas: /);
    assert.equal(poor.status, 2);
    await give(addressIn("stranger/account.json"), "1");
    const refused = await runCauseway("validator", "propose", "remove", key(4), ...account);
    assert.match(
      refused.stderr,
      /^causeway: ValidatorSet refuses: account 0x[0-9a-f]{40} operates no validator/,
    );
    assert.equal(refused.status, 1);
    assert.deepEqual((await list()).proposals, []);
  });

  it("an operator rotates its key: the node signs on with the new one, which peers learn at once (V4, W5, N1)", async () => {
    const burned = await withdraw();
    const created = await causeway("new-key", "--config", cluster.path("node-2/config.json"));
    const fresh = created.stdout.slice(0, 42) as Address;
    const emptyRecord = recordBytes(2, fresh);
    const validator = cluster.validators[1] as ManagedProcess;
    await validator.stop();
    validator.start();
    await cluster.waitForHeight(2, await cluster.height(1), WAIT_TIMEOUT_MS);
    await sealsBlock(key(2), await cluster.height(1));

    const secondSeat = await runCauseway(
      ...["validator", "ready", "--config", cluster.path("node-2/config.json")],
      ...signedBy(2),
    );
    assert.equal(secondSeat.status, 2);
    assert.match(secondSeat.stderr, /this node is validator 0x.* already.* causeway validator rotate 0x/);

    // The node's machine signs, the operator's sends.
    const ready = await causeway(
      ...["ready", "--print", "--config", cluster.path("node-2/config.json"), "--rpc", cluster.rpcUrl(2)],
    );
    writeFileSync(cluster.path("ready.json"), ready.stdout);
    const rotated = await causeway(
      ...["rotate", key(2), "--signed", cluster.path("ready.json")],
      ...signedBy(2),
    );
    const from = Number(/becomes 0x[0-9a-f]{40} at block (\d+)/.exec(rotated.stdout)?.[1]);
    await untilSetChanged(from);
    const old = key(2);
    keys[1] = fresh;
    assert.deepEqual((await setAt(from)).validators, [...keys].sort());
    await proposesBlock(fresh, from);
    await sealsBlock(fresh, from);
    assert.ok(recordBytes(2, fresh) > emptyRecord, "the new key has promised nothing in its own record");
    await waitFor(
      "validator 1 to know node 2 by its new key",
      async () => {
        const { peers } = await rpc<{ peers: { validator: Address }[] }>(
          cluster.rpcUrl(1),
          "causeway_status",
        );
        const proven = peers.map((peer) => peer.validator);
        return proven.includes(fresh) && !proven.includes(old) ? true : null;
      },
      { timeoutMs: WAIT_TIMEOUT_MS },
    );
    await l1Follows();
    await user.waitForRelease(burned);
  });

  it("the newcomer's vote counts: four of five remove a validator, whose node follows on (V1, V3, V4)", async () => {
    const burned = await withdraw();
    await give(operator(5), "1");
    const id = proposalIn(await causeway("propose", "remove", key(4), ...signedBy(1)));
    await Promise.all([2, 3].map((i) => causeway("vote", id, ...signedBy(i))));
    const from = inForceFrom(await causeway("vote", id, ...signedBy(5)));
    await untilSetChanged(from);
    const left = keys.filter((held) => held !== key(4)).sort();
    assert.deepEqual((await setAt(from)).validators, left);
    const late = await runCauseway("validator", "vote", id, ...signedBy(3));
    assert.match(late.stderr, /proposal \d+ is closed/);
    await reach(from + 2);
    await cluster.waitForHeight(4, from + 2, WAIT_TIMEOUT_MS);

    await l1Follows();
    await user.waitForRelease(burned);
    assert.deepEqual(await user.insolvency(), []);
  });

  it("a key that left sweeps what it has to the operator it had (V4)", async () => {
    await give(key(4), "0.5");
    const before = await user.sidechain.getBalance(operator(4));
    const swept = await causeway(
      ...["sweep", "--config", cluster.path("node-4/config.json"), "--rpc", cluster.rpcUrl(1)],
    );
    assert.match(swept.stdout, new RegExp(`from ${key(4)} to its operator ${operator(4)}`));
    assert.equal(await user.sidechain.getBalance(key(4)), 0n);
    assert.ok((await user.sidechain.getBalance(operator(4))) > before + parseEther("0.49"));
  });

  it("no RPC method proposes, votes or signs (V4)", async () => {
    assert.deepEqual(
      [...METHOD_TABLE.keys()].filter((name) => /vote|propose|rotate|sign|ready/i.test(name)),
      ["eth_sign", "eth_signTransaction"],
    );
    const ask = (method: string, params: unknown[]) =>
      rpcAnswer(cluster.rpcUrl(1), { jsonrpc: "2.0", id: 1, method, params });
    for (const method of ["causeway_vote", "causeway_propose", "qbft_proposeValidatorVote"]) {
      assert.equal((await ask(method, [])).error?.code, -32_601, method);
    }
    // Not even by the key the node has.
    const transaction = { from: key(1), to: key(1), gas: "0x5208", gasPrice: "0x1", nonce: "0x0" };
    for (const [method, params] of [
      ["eth_sign", [key(1), "0xdeadbeef"]],
      ["eth_signTransaction", [transaction]],
      ["eth_sendTransaction", [transaction]],
    ] as const) {
      const { error } = await ask(method, [...params]);
      assert.deepEqual([error?.code, error?.message], [-32_000, "unknown account"], method);
    }
  });

  /** What an operator of a new node does: a folder, a start, and it follows. */
  async function joinAsFollower(): Promise<void> {
    const ports = layOutPorts(cluster.options.ports, VALIDATORS + 1, RELAYERS);
    const boot = JSON.parse(readFileSync(cluster.path("node-1/config.json"), "utf8")).p2p
      .bootPeers as string[];
    await causeway(
      ...["init-node", "--dir", cluster.path("node-5"), "--genesis", cluster.path("genesis.json")],
      ...["--boot-peer", ...boot, "--rpc-port", String(ports.rpc[4]), "--p2p-port", String(ports.p2p[4])],
      ...["--metrics-port", String(ports.metrics[4])],
    );
    keys.push(addressIn("node-5/consensus.json"));
    fifth = new ManagedProcess({
      name: "validator 5",
      command: process.execPath,
      args: [CAUSEWAY, "node", "--config", cluster.path("node-5/config.json")],
      logFile: cluster.path("node-5/node.log"),
    });
    fifth.start();
    const head = await cluster.height(1);
    const url = `http://127.0.0.1:${ports.rpc[4]}`;
    await waitFor(
      "the new node to catch up",
      async () => (Number(await rpc<string>(url, "eth_blockNumber")) >= head ? true : null),
      { timeoutMs: WAIT_TIMEOUT_MS },
    );
  }

  async function postReady(): Promise<void> {
    await causeway("ready", "--config", cluster.path("node-5/config.json"), ...signedBy(1));
  }

  /** One `causeway validator` command that must succeed. */
  async function causeway(...args: readonly string[]): Promise<CommandResult> {
    const result = await runCauseway("validator", ...args);
    assert.equal(result.status, 0, `validator ${args[0]}: ${result.stderr}`);
    return result;
  }

  function signedBy(i: number): string[] {
    return ["--keystore", cluster.path(`node-${i}/operator.json`), "--rpc", cluster.rpcUrl(1)];
  }

  function key(i: number): Address {
    return keys[i - 1] as Address;
  }

  function operator(i: number): Address {
    return addressIn(`node-${i}/operator.json`);
  }

  function addressIn(keystore: string): Address {
    const { address } = JSON.parse(readFileSync(cluster.path(keystore), "utf8")) as { address: string };
    return `0x${address.replace(/^0x/, "").toLowerCase()}`;
  }

  function recordBytes(i: number, consensusKey: Address): number {
    const file = readdirSync(cluster.path(`node-${i}/safety`)).find(
      (name) => name.startsWith(consensusKey) && !name.endsWith(".lock"),
    );
    assert.ok(file !== undefined, `node ${i} has no record of ${consensusKey}`);
    return statSync(cluster.path(`node-${i}/safety/${file}`)).size;
  }

  async function give(to: Address, ether: string): Promise<void> {
    await (await user.onSidechain.sendTransaction({ to, value: parseEther(ether) })).wait();
  }

  async function withdraw(): Promise<number> {
    const burned = await withdrawEth(user.onSidechain, { recipient: user.address, amount: 1_000n });
    return burned.message.nonce;
  }

  async function list(): Promise<ServedList> {
    return JSON.parse((await causeway("list", "--json", "--rpc", cluster.rpcUrl(1))).stdout) as ServedList;
  }

  function setAt(height: number): Promise<ServedSet> {
    return rpc<ServedSet>(cluster.rpcUrl(1), "causeway_getValidators", `0x${height.toString(16)}`);
  }

  async function untilSetChanged(from: number): Promise<void> {
    assert.equal((from - 1) % EPOCH_LENGTH, 0, `block ${from} does not begin an epoch (V1)`);
    await reach(from);
  }

  /** Bring the chain to a height by transactions, a block for each. */
  async function reach(height: number): Promise<void> {
    while ((await cluster.height(1)) < height) await give(user.address, "0");
  }

  function proposesBlock(consensusKey: Address, from: number): Promise<true> {
    return waitForBlock(`${consensusKey} to propose`, from, async (height) => {
      const { miner } = await rpc<{ miner: Address }>(
        cluster.rpcUrl(1),
        "eth_getBlockByNumber",
        `0x${height.toString(16)}`,
        false,
      );
      return miner === consensusKey;
    });
  }

  function sealsBlock(consensusKey: Address, from: number): Promise<true> {
    return waitForBlock(`${consensusKey} to seal`, from, async (height) => {
      const { signers, validators } = await verifiedCertificate(cluster, 1, height);
      return signerIndices(signers, validators.length).some((i) => validators[i] === consensusKey);
    });
  }

  /** Look at every block from a height on until one is as wanted. */
  function waitForBlock(
    what: string,
    from: number,
    wanted: (height: number) => Promise<boolean>,
  ): Promise<true> {
    let next = from;
    return waitFor(
      `${what} after block ${from - 1}`,
      async () => {
        for (const head = await cluster.height(1); next <= head; next++) if (await wanted(next)) return true;
        await reach(next);
        return null;
      },
      { timeoutMs: WAIT_TIMEOUT_MS },
    );
  }

  /** V5: L1 holds the set that seals the sidechain now, without anybody asking for a checkpoint. */
  async function l1Follows(): Promise<void> {
    await waitFor(
      "SidechainView to follow the set",
      async () => {
        const { validatorSetHash } = await readSidechainView(user.sides.l1, user.bridge.view, "latest");
        return validatorSetHash === (await setAt(await cluster.height(1))).hash ? true : null;
      },
      { timeoutMs: WAIT_TIMEOUT_MS },
    );
  }
});

/** Last block of the epoch that `height` is in: the list after it is what seals the next (V1). */
function nextBoundary(height: number): number {
  return Math.ceil(height / EPOCH_LENGTH) * EPOCH_LENGTH;
}

function proposalIn({ stdout }: CommandResult): string {
  return /^proposal (\d+), /.exec(stdout)?.[1] ?? assert.fail(`no proposal in: ${stdout}`);
}

function inForceFrom({ stdout }: CommandResult): number {
  return Number(
    /executed, in force from block (\d+)/.exec(stdout)?.[1] ?? assert.fail(`not executed: ${stdout}`),
  );
}
