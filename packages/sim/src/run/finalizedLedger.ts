import type { ChainReader } from "@causeway/chain/chainReader";
import { decodeBlockParts } from "@causeway/chain/codec/block";
import type { Chain } from "@causeway/chain/openChain";
import type { Header } from "@causeway/chain/types/header";
import type { Certificate } from "@causeway/protocol/certificate";
import { type Address, type Hash, ZERO_ADDRESS } from "@causeway/protocol/hex";
import { maxFaulty } from "@causeway/protocol/quorum";
import { proposer, type ValidatorSet } from "@causeway/protocol/validatorSet";
import { Violation } from "../checkers/violation.js";
import type { SimulatedNode } from "../node/simulatedNode.js";
import type { ValidatorContract } from "../operators/validatorContract.js";
import type { Simulation } from "./simulation.js";

/** The blocks each node has shown to have finalized, over all its lives. */
export class FinalizedLedger {
  readonly #simulation: Simulation;
  readonly #transactionHash: (raw: Uint8Array) => Hash;
  /** Hashes from height 1, by node. */
  readonly #hashes = new Map<number, Hash[]>();
  /** Coinbase by height. */
  readonly #miners = new Map<number, Address>();

  constructor(simulation: Simulation, transactionHash: (raw: Uint8Array) => Hash) {
    this.#simulation = simulation;
    this.#transactionHash = transactionHash;
  }

  heightOf(index: number): number {
    return this.#hashes.get(index)?.length ?? 0;
  }

  /** Look at what a node has as it starts, then at every block it finalizes, in order. */
  async watch(node: SimulatedNode, chain: Chain): Promise<void> {
    const { clockwork, checkers, records } = this.#simulation;
    const ledger = this.#hashes.get(node.index) ?? [];
    this.#hashes.set(node.index, ledger);
    const height = chain.execution.head().height;
    if (this.#simulation.isHonest(node.index)) {
      const kept = await Promise.all(ledger.map((_, i) => chain.reader.header(i + 1)));
      const hashes = kept.map((header) => header?.hash ?? null);
      clockwork.guard(() => checkers.started(node.index, height, ledger, hashes));
    }
    // It may have died between writing a block and telling anybody.
    for (let next = ledger.length + 1; next <= height; next++) await this.#finalized(node, chain, next);
    clockwork.guard(() => records.started(node));
    let turn: Promise<void> = Promise.resolve();
    chain.reader.onHead(({ block: { header } }) => {
      clockwork.unsettle();
      turn = turn
        .then(() => this.#finalized(node, chain, header.number))
        .catch((error) => clockwork.fail(error));
    });
  }

  async #finalized(node: SimulatedNode, { reader }: Chain, height: number): Promise<void> {
    const { index } = node;
    const [bytes, certificate] = await Promise.all([reader.rawBlock(height), reader.certificate(height)]);
    if (bytes === null || certificate === null)
      throw new Violation("W4", `node ${index} lacks block ${height}`);
    const { header, rawTransactions, withdrawals } = decodeBlockParts(bytes);
    const { clockwork, checkers, pace } = this.#simulation;
    const { contract } = this.#simulation;
    if (contract !== null) await this.#follow(contract, node, reader, header);
    this.#hashes.get(index)?.push(header.hash);
    this.#cover(header, certificate);
    this.#simulation.note("finalized", index, `${height} ${header.hash} ${certificate.checkpoint.round}`);
    if (!this.#simulation.isHonest(index)) return;
    pace.finalized(index, height, this.#simulation.nowMs);
    const transactions = rawTransactions.map((raw) => this.#transactionHash(raw));
    clockwork.guard(() =>
      checkers.finalized({
        ...{ node: index, header, transactions, certificate },
        withdrawals: withdrawals.length,
      }),
    );
  }

  /** What the contract did in a block must be known before the block is checked: its certificate names the next set. */
  async #follow(
    contract: ValidatorContract,
    { index }: SimulatedNode,
    reader: ChainReader,
    header: Header,
  ): Promise<void> {
    if (header.number <= contract.head.number || !this.#simulation.isHonest(index)) return;
    const receipts = await reader.receipts(header.number);
    if (receipts === null) throw new Violation("W4", `node ${index} lacks receipts of ${header.number}`);
    contract.finalized(
      header,
      receipts.flatMap(({ logs }) => logs),
    );
    const next = contract.setAt(header.number + 1);
    const byzantine = next.filter((key) => !this.#simulation.isHonestKey(key)).length;
    if (byzantine > maxFaulty(next.length))
      throw new Error(
        `${byzantine} of ${next.length} are byzantine from ${header.number + 1} on: nothing may be expected`,
      );
  }

  /** Each height once, by the certificate that came first. */
  #cover(header: Header, { checkpoint: { round } }: Certificate): void {
    const { coverage } = this.#simulation;
    const { number: height, miner } = header;
    if (this.#miners.has(height)) return;
    coverage.add(round === 0 ? "decided in round 0" : "decided in a later round");
    const set = this.#simulation.setAt(height);
    const parentMiner = this.#miners.get(height - 1) ?? ZERO_ADDRESS;
    if (miner !== proposer(set, parentMiner, round)) coverage.add("re-proposal decided");
    if (height > 1 && isOther(set, this.#simulation.setAt(height - 1)))
      coverage.add(this.#simulation.contract === null ? "set change" : "set change (real)");
    this.#miners.set(height, miner);
  }
}

function isOther(set: ValidatorSet, last: ValidatorSet): boolean {
  return set.length !== last.length || set.some((key, i) => key !== last[i]);
}
