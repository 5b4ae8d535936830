import assert from "node:assert/strict";
import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";
import { recover } from "@causeway/node/signer/recover";
import { verifyCertificate } from "@causeway/protocol/certificate";
import type { SigningDomain } from "@causeway/protocol/eip712";
import type { Address, Hash } from "@causeway/protocol/hex";
import { certificateOf, signingDomain } from "../certificate.js";
import { type Call, rpc, rpcBatch } from "../rpc.js";

const SAME_HEIGHT_TIMEOUT_MS = 180_000;
/** Asked of a validator in one request. */
const HEIGHTS_AT_ONCE = 64;

/** As eth_getBlockByNumber tells it, with whole transactions. */
interface BlockAnswer {
  readonly number: string;
  readonly hash: Hash;
  readonly parentHash: Hash;
  readonly stateRoot: Hash;
  readonly timestamp: string;
  readonly extraData: string;
  readonly transactions: readonly { readonly hash: Hash; readonly from: Address; readonly nonce: string }[];
}

/** One validator's answers about one height. */
interface View {
  readonly block: BlockAnswer | null;
  /** As served; null for the genesis. */
  readonly certificate: unknown;
}

/** What a client sees of a chain, asked of every validator and held against each other. Reads each height once. */
export class ChainAudit {
  /** Transactions in blocks, by sender, in order. */
  readonly executed = new Map<Address, Hash[]>();
  private readonly hashes: Hash[] = [];
  private previous: BlockAnswer | null = null;
  private nextSetHash: Hash | null = null;
  private domain: SigningDomain | null = null;

  constructor(private readonly cluster: Cluster) {}

  /** Height up to which all is checked; -1 before the first audit. */
  get height(): number {
    return this.hashes.length - 1;
  }

  /** Wait until every validator has every block any of them has now, then read on to there. @throws AssertionError. */
  async readOn(): Promise<void> {
    const numbers = this.cluster.validators.map((_, i) => i + 1);
    const heights = await Promise.all(numbers.map((i) => this.cluster.height(i)));
    const top = Math.max(...heights);
    await Promise.all(numbers.map((i) => this.cluster.waitForHeight(i, top, SAME_HEIGHT_TIMEOUT_MS)));
    this.domain ??= await signingDomain(this.cluster);
    while (this.height < top) {
      const count = Math.min(HEIGHTS_AT_ONCE, top - this.height);
      const heights = Array.from({ length: count }, (_, k) => this.height + 1 + k);
      const views = await Promise.all(numbers.map((i) => viewOf(this.cluster, i, heights)));
      for (const [k, height] of heights.entries())
        this.check(
          height,
          views.map((view) => view[k] as View),
        );
    }
  }

  /** Every validator still has every block that was ever checked, by hash. */
  async nothingLost(): Promise<void> {
    for (let i = 1; i <= this.cluster.validators.length; i++) {
      for (let from = 0; from < this.hashes.length; from += HEIGHTS_AT_ONCE) {
        const known = this.hashes.slice(from, from + HEIGHTS_AT_ONCE);
        const calls = known.map((_, k): Call => ["eth_getBlockByNumber", tagOf(from + k), false]);
        const blocks = (await rpcBatch(this.cluster.rpcUrl(i), calls)) as (BlockAnswer | null)[];
        for (const [k, hash] of known.entries())
          assert.equal(blocks[k]?.hash, hash, `validator ${i} has another block at height ${from + k}`);
      }
    }
  }

  /** Each transfer is in exactly one block, in the order of its nonces, and nothing else of its sender is. */
  assertExecutedOnce(sent: ReadonlyMap<Address, readonly Hash[]>): void {
    for (const [sender, hashes] of sent) assert.deepEqual(this.executed.get(sender) ?? [], hashes);
  }

  /** The nonce of each sender as every validator tells it. */
  async assertNonces(sent: ReadonlyMap<Address, readonly Hash[]>): Promise<void> {
    for (const [sender, { length }] of sent) {
      for (let i = 1; i <= this.cluster.validators.length; i++) {
        await waitFor(
          `validator ${i} to count ${length} transactions of ${sender}`,
          async () =>
            Number(await rpc<string>(this.cluster.rpcUrl(i), "eth_getTransactionCount", sender, "latest")) ===
            length
              ? true
              : null,
          { timeoutMs: SAME_HEIGHT_TIMEOUT_MS },
        );
      }
    }
  }

  private check(height: number, views: readonly View[]): void {
    const [first, ...others] = views as readonly [View, ...View[]];
    const { block } = first;
    assert.ok(block, `validator 1 has no block ${height}`);
    for (const [index, other] of others.entries())
      assert.deepEqual(other.block, block, `validators 1 and ${index + 2} differ at height ${height}`);
    assert.equal(Number(block.number), height);
    if (this.previous !== null) {
      assert.equal(block.parentHash, this.previous.hash, `block ${height} has another parent`);
      assert.ok(Number(block.timestamp) > Number(this.previous.timestamp), `time of block ${height}`);
      // The set of the first block is the genesis'; each certificate names the next (V1).
      const setHash = this.nextSetHash ?? (this.previous.extraData as Hash);
      const next = views.map(({ certificate }, index) =>
        this.certified(
          `certificate of validator ${index + 1} for block ${height}`,
          certificate,
          block,
          setHash,
        ),
      );
      this.nextSetHash = next[0] as Hash;
    }
    for (const { from, hash, nonce } of block.transactions) {
      const executed = this.executed.get(from) ?? [];
      assert.equal(Number(nonce), executed.length, `nonces of ${from} at height ${height}`);
      this.executed.set(from, [...executed, hash]);
    }
    this.previous = block;
    this.hashes.push(block.hash);
  }

  /** A certificate may differ from node to node in signers and round (F1), in nothing else. @returns hash of S(h + 1). */
  private certified(where: string, answer: unknown, block: BlockAnswer, setHash: Hash): Hash {
    assert.ok(answer, where);
    const certificate = certificateOf(answer);
    const { checkpoint, validators } = certificate;
    const fault = verifyCertificate(certificate, validators, this.domain as SigningDomain, recover);
    assert.equal(fault, null, where);
    assert.deepEqual(
      {
        height: checkpoint.height,
        blockHash: checkpoint.blockHash,
        stateRoot: checkpoint.stateRoot,
        timestamp: checkpoint.timestamp,
        validatorSetHash: checkpoint.validatorSetHash as string,
      },
      {
        height: Number(block.number),
        blockHash: block.hash,
        stateRoot: block.stateRoot,
        timestamp: Number(block.timestamp),
        validatorSetHash: block.extraData,
      },
      where,
    );
    assert.equal(checkpoint.validatorSetHash, setHash, where);
    return checkpoint.nextValidatorSetHash;
  }
}

/** What one validator says of these heights. */
async function viewOf(cluster: Cluster, i: number, heights: readonly number[]): Promise<View[]> {
  const calls = heights.flatMap((height): Call[] => [
    ["eth_getBlockByNumber", tagOf(height), true],
    ["causeway_getCertificate", tagOf(height)],
  ]);
  const answers = await rpcBatch(cluster.rpcUrl(i), calls);
  return heights.map((_, k) => ({
    block: answers[2 * k] as BlockAnswer | null,
    certificate: answers[2 * k + 1],
  }));
}

function tagOf(height: number): string {
  return `0x${height.toString(16)}`;
}
