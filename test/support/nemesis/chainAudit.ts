import assert from "node:assert/strict";
import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";
import { recover } from "@causeway/node/signer/recover";
import { verifyCertificate } from "@causeway/protocol/certificate";
import type { SigningDomain } from "@causeway/protocol/eip712";
import type { Address, Hash } from "@causeway/protocol/hex";
import { readCertificate, signingDomain } from "../certificate.js";
import { rpc } from "../rpc.js";

const SAME_HEIGHT_TIMEOUT_MS = 60_000;

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
    for (let height = this.height + 1; height <= top; height++) await this.readHeight(numbers, height);
  }

  /** Every validator still has every block that was ever checked, by hash. */
  async nothingLost(): Promise<void> {
    for (let i = 1; i <= this.cluster.validators.length; i++) {
      for (const [height, hash] of this.hashes.entries()) {
        const block = await blockAt(this.cluster, i, height);
        assert.equal(block?.hash, hash, `validator ${i} has another block at height ${height}`);
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

  private async readHeight(numbers: readonly number[], height: number): Promise<void> {
    const [block, ...others] = await Promise.all(numbers.map((i) => blockAt(this.cluster, i, height)));
    assert.ok(block, `validator ${numbers[0]} has no block ${height}`);
    for (const [index, other] of others.entries())
      assert.deepEqual(other, block, `validators 1 and ${index + 2} differ at height ${height}`);
    assert.equal(Number(block.number), height);
    if (this.previous !== null) {
      assert.equal(block.parentHash, this.previous.hash, `block ${height} has another parent`);
      assert.ok(Number(block.timestamp) > Number(this.previous.timestamp), `time of block ${height}`);
      // The set of the first block is the genesis'; each certificate names the next (V1).
      const setHash = this.nextSetHash ?? (this.previous.extraData as Hash);
      const next = await Promise.all(numbers.map((i) => this.certified(i, height, block, setHash)));
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
  private async certified(i: number, height: number, block: BlockAnswer, setHash: Hash): Promise<Hash> {
    const certificate = await readCertificate(this.cluster, i, height);
    const { checkpoint, validators } = certificate;
    const where = `certificate of validator ${i} for block ${height}`;
    assert.equal(
      verifyCertificate(certificate, validators, this.domain as SigningDomain, recover),
      null,
      where,
    );
    assert.deepEqual(
      {
        height: checkpoint.height,
        blockHash: checkpoint.blockHash,
        stateRoot: checkpoint.stateRoot,
        timestamp: checkpoint.timestamp,
        validatorSetHash: checkpoint.validatorSetHash as string,
      },
      {
        height,
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

async function blockAt(cluster: Cluster, i: number, height: number): Promise<BlockAnswer | null> {
  return rpc<BlockAnswer | null>(cluster.rpcUrl(i), "eth_getBlockByNumber", `0x${height.toString(16)}`, true);
}
