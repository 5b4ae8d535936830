import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";
import type { Block } from "@causeway/protocol/block";
import type { Head } from "@causeway/protocol/head";
import type { Hex } from "@causeway/protocol/hex";
import { ByzantineValidator } from "../support/byzantineValidator.js";
import { type HeaderField, withField, withTransaction, withWithdrawal } from "../support/forgeBlock.js";
import { removeCluster, startUnbridged } from "../support/testCluster.js";

const TIMEOUT_MS = 120_000;
/** A proposal that comes when a validator has given up its round is dropped unread: then the next turn. */
const TURNS_MAX = 10;
const RANDOM_HASH: Hex = `0x${"5a".repeat(32)}`;
const HONEST = [1, 2, 3] as const;

interface Proposal {
  readonly height: number;
  readonly block: Block;
}

type Forgery = (block: Block, head: Head) => Block | Promise<Block>;
const field =
  (name: HeaderField, value: Hex | ((block: Block, head: Head) => Hex | bigint)): Forgery =>
  (block, head) =>
    withField(block, name, typeof value === "function" ? value(block, head) : value);

/** EIP-2718 type byte and a payload nobody will look at: blobs are refused by type. */
const BLOB_TRANSACTION = Uint8Array.from([3, 0xc0]);

const FORGERIES: readonly (readonly [what: string, rule: string, forge: Forgery])[] = [
  ["an EIP-4895 withdrawal", "H1.withdrawals", (block) => withWithdrawal(block, block.coinbase)],
  ["a blob transaction", "H1.blobTransaction", (block) => withTransaction(block, BLOB_TRANSACTION)],
  ["a wrong parentHash", "H1.parentHash", field("parentHash", RANDOM_HASH)],
  ["a wrong ommers hash", "H1.ommers", field("ommersHash", RANDOM_HASH)],
  ["another validator's coinbase", "H1.coinbase", field("coinbase", (_, { coinbase }) => coinbase)],
  ["a wrong stateRoot", "H1.stateRoot", field("stateRoot", RANDOM_HASH)],
  ["a wrong transactionsRoot", "H1.transactionsRoot", field("transactionsRoot", RANDOM_HASH)],
  ["a wrong receiptsRoot", "H1.receiptsRoot", field("receiptsRoot", RANDOM_HASH)],
  ["a wrong logsBloom", "H1.logsBloom", field("logsBloom", `0x${"01".repeat(256)}`)],
  ["a difficulty", "H1.difficulty", field("difficulty", () => 1n)],
  ["a wrong number", "H1.number", field("number", ({ height }) => BigInt(height + 1))],
  ["a wrong gasLimit", "H1.gasLimit", field("gasLimit", () => 29_999_999n)],
  ["a wrong gasUsed", "H1.gasUsed", field("gasUsed", () => 1n)],
  [
    "a timestamp before parent + period",
    "H1.timestamp",
    field("timestamp", (_, head) => BigInt(head.timestamp)),
  ],
  [
    "a timestamp ahead of the clock",
    "H1.timestamp",
    field("timestamp", ({ timestamp }) => BigInt(timestamp + 3_600)),
  ],
  ["a wrong extraData", "H1.extraData", field("extraData", RANDOM_HASH)],
  ["a wrong mixHash", "H1.mixHash", field("mixHash", RANDOM_HASH)],
  ["a nonce", "H1.nonce", field("nonce", "0x0000000000000001")],
  ["a wrong baseFeePerGas", "H1.baseFee", field("baseFeePerGas", () => 7n)],
  ["a wrong withdrawalsRoot", "H1.withdrawalsRoot", field("withdrawalsRoot", RANDOM_HASH)],
  ["blobGasUsed", "H1.blobGasUsed", field("blobGasUsed", () => 131_072n)],
  ["excessBlobGas", "H1.excessBlobGas", field("excessBlobGas", () => 1n)],
  ["a wrong parentBeaconBlockRoot", "H1.parentBeaconBlockRoot", field("parentBeaconBlockRoot", RANDOM_HASH)],
  ["a wrong requestsHash", "H1.requestsHash", field("requestsHash", RANDOM_HASH)],
];

describe("a byzantine proposer (H1): no honest node prepares, each logs the rule, the chain goes on", () => {
  let cluster: Cluster;
  let byzantine: ByzantineValidator;

  before(async () => {
    cluster = await startUnbridged({ initArgs: ["--empty-block-period", "1", "--request-timeout", "1000"] });
    await cluster.validators[3]?.stop();
    byzantine = await ByzantineValidator.join(cluster, 4);
  });
  after(async () => {
    await byzantine?.leave();
    await removeCluster(cluster);
  });

  for (const [what, rule, forge] of FORGERIES) {
    it(`${what}: ${rule}`, async () => {
      const forged = await proposeUntil(`log ${rule}`, forge, async ({ height }) => {
        const refused = await Promise.all(HONEST.map((i) => refusedByRule(i, rule, height)));
        return refused.every((yes) => yes);
      });
      const last = forged.at(-1) ?? assert.fail();
      await cluster.waitForHeight(1, last.height + 1, TIMEOUT_MS);
      assert.deepEqual(
        forged.flatMap(({ block }) => byzantine.preparesFor(block.hash)),
        [],
      );
    });
  }

  it("an honest proposal of the same validator is prepared: the forgeries failed for their forgery", async () => {
    await proposeUntil(
      "prepare",
      (block) => block,
      ({ block }) => byzantine.preparesFor(block.hash).length >= HONEST.length,
    );
  });

  /** Propose at one turn after the other until all honest validators have done what they should. @returns all proposals. */
  async function proposeUntil(
    what: string,
    forge: Forgery,
    done: (proposal: Proposal) => boolean | Promise<boolean>,
  ): Promise<readonly Proposal[]> {
    const proposals: Proposal[] = [];
    while (proposals.length < TURNS_MAX) {
      const head = await byzantine.waitForTurn();
      const proposal = { height: head.height + 1, block: await forge(await byzantine.build(head), head) };
      byzantine.propose(proposal.height, proposal.block);
      proposals.push(proposal);
      const over = async () => {
        const late = byzantine.head.height >= proposal.height;
        if (await done(proposal)) return "done";
        return late ? "passed" : null;
      };
      const ending = await waitFor(`all honest validators to ${what} at height ${proposal.height}`, over, {
        timeoutMs: TIMEOUT_MS,
      });
      if (ending === "done") return proposals;
    }
    return assert.fail(`not all honest validators ${what} at any of ${TURNS_MAX} turns`);
  }

  /** Whether node i's log has a line with the rule for a proposal of this height. */
  async function refusedByRule(i: number, rule: string, height: number): Promise<boolean> {
    const log = await readFile(cluster.path(`node-${i}/node.log`), "utf8");
    return log
      .split("\n")
      .filter((line) => line.startsWith("{") && line.includes(`"${rule}"`))
      .some((line) => (JSON.parse(line) as { height?: number }).height === height);
  }
});
