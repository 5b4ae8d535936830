import { type Hash, ZERO_ADDRESS } from "@causeway/protocol/hex";
import { minOf } from "../bigints.js";
import { chainError } from "../chainError.js";
import { authoritiesOf } from "../codec/authoritiesOf.js";
import type { CallSession, Engine, Observe, TraceSession } from "../engine/engine.js";
import { irregularChange } from "../execution/irregularChange.js";
import type { ChainRules } from "../rules/chainRules.js";
import { blockRewards, type Reward } from "../rules/ethereum/blockRewards.js";
import { AUTHORIZATION_GAS } from "../rules/intrinsicGas.js";
import type { ChainStore } from "../store/chainStore.js";
import type { FullBlock } from "../types/block.js";
import type { CallResult } from "../types/call.js";
import type { Header } from "../types/header.js";
import type { Authorization, Transaction } from "../types/transaction.js";
import { checkForeignHeader } from "./checkForeignHeader.js";
import type { CallPlace, TracedCall, TraceLimits, TraceReader } from "./traceReader.js";
import type { Tracer, TraceStart } from "./tracer.js";

export interface ReplayParts {
  readonly store: ChainStore;
  readonly engine: Engine;
  readonly rules: ChainRules;
}

/** Runs blocks and calls again on the states the store holds. */
export class Replays implements TraceReader {
  readonly #parts: ReplayParts;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  async block(
    block: FullBlock,
    tracerOf: (transaction: Transaction, index: number) => Tracer | null | undefined,
    limits: TraceLimits,
  ): Promise<void> {
    const session = await this.#begin(block.header);
    let logs = 0;
    for (const [index, transaction] of block.transactions.entries()) {
      const tracer = tracerOf(transaction, index);
      if (tracer === undefined) return;
      const start = startOf(block.header, transaction, index, logs);
      logs += await runTraced(session, transaction, tracer, start, limits);
    }
  }

  async calls(
    calls: readonly TracedCall[],
    place: CallPlace,
    limits: TraceLimits,
  ): Promise<readonly CallResult[]> {
    const { header, session } = await this.#at(place, limits);
    const results: CallResult[] = [];
    for (const { request, tracer, state, block } of calls) {
      const gas = minOf(request.gas ?? limits.gasMax, limits.gasMax);
      const start = {
        hash: null,
        index: 0,
        blockNumber: header.number,
        blockHash: null,
        coinbase: block?.coinbase ?? header.miner,
        from: request.from ?? ZERO_ADDRESS,
        to: request.to ?? null,
        gas,
        authorizations: request.authorizationList ?? [],
        firstLogIndex: 0,
      };
      const { signal } = limits;
      const call = { request, gas, signal, stateOverrides: state, blockOverrides: block };
      const result = await session.call(header, call, observing(tracer, start, limits));
      await tracer.end?.({ gasUsed: result.gasUsed });
      results.push(result);
    }
    return results;
  }

  rewards({ header, ommers }: FullBlock): readonly Reward[] {
    const { rules } = this.#parts;
    if (rules.kind === "causeway") return [];
    const rewards = blockRewards(header, ommers, rules.schedule.at(header));
    const own = rewards.at(-1);
    return own === undefined ? [] : [own, ...rewards.slice(0, -1)];
  }

  async roots(block: FullBlock, limits: TraceLimits): Promise<readonly Hash[]> {
    const session = await this.#begin(block.header);
    const roots: Hash[] = [];
    for (const transaction of block.transactions) {
      await session.run(transaction, limits, null);
      roots.push(await session.stateRoot());
    }
    return roots;
  }

  async #at(
    { number, before }: CallPlace,
    limits: TraceLimits,
  ): Promise<{ readonly header: Header; readonly session: CallSession }> {
    const { store, engine } = this.#parts;
    if (before === undefined) store.requireState(number);
    const header = await store.header(number);
    if (header === null) throw chainError("UnknownBlock", `block ${number} is beyond the head`);
    if (before === undefined) {
      return { header, session: await engine.traceCalls(header.stateRoot, header) };
    }
    const block = await store.block(number);
    if (block === null || before >= block.transactions.length) {
      throw chainError(
        "UnknownTransaction",
        `transaction index ${before} out of range for block ${header.hash}`,
      );
    }
    const session = await this.#begin(header);
    for (const transaction of block.transactions.slice(0, before))
      await session.run(transaction, limits, null);
    return { header, session };
  }

  async #begin(header: Header): Promise<TraceSession> {
    const { store, engine, rules } = this.#parts;
    if (header.number === 0) throw chainError("GenesisTrace", "genesis is not traceable");
    const parentNumber = await store.number(header.parentHash);
    const parent = parentNumber === null ? null : await store.header(parentNumber);
    if (parent === null || parent.number !== header.number - 1) {
      throw chainError("UnknownBlock", `parent ${header.parentHash} not found`);
    }
    if ((await store.hash(header.number)) !== header.hash) {
      checkForeignHeader(rules, header, parent, () => store.totalDifficulty(parent.number));
    }
    store.requireState(parent.number);
    return engine.traceBlock(
      parent.stateRoot,
      header,
      await irregularChange(engine, rules, parent, header.number),
    );
  }
}

type StartFields = Omit<TraceStart, "state" | "authorities"> & {
  readonly authorizations: readonly Authorization[];
};

function startOf(
  { number, hash, miner }: Header,
  transaction: Transaction,
  index: number,
  firstLogIndex: number,
): StartFields {
  const { from, to, gas, authorizationList } = transaction;
  return {
    hash: transaction.hash,
    index,
    blockNumber: number,
    blockHash: hash,
    coinbase: miner,
    from,
    to,
    gas,
    authorizations: authorizationList ?? [],
    firstLogIndex,
  };
}

/** No more signers are recovered than its gas can pay for: whether the transaction may run is not known yet. */
function observing(tracer: Tracer, start: StartFields, limits: TraceLimits): Observe {
  return async (state) => {
    const { authorizations, ...fields } = start;
    const paid = authorizations.slice(0, Number(start.gas / AUTHORIZATION_GAS));
    const authorities = await authoritiesOf(paid, limits.signal);
    await tracer.begin?.({ ...fields, authorities, state });
    return tracer;
  };
}

/** @returns how many logs it emitted. */
async function runTraced(
  session: TraceSession,
  transaction: Transaction,
  tracer: Tracer | null,
  start: StartFields,
  limits: TraceLimits,
): Promise<number> {
  const observe = tracer === null ? null : observing(tracer, start, limits);
  const { gasUsed, logs } = await session.run(transaction, limits, observe);
  await tracer?.end?.({ gasUsed });
  return logs.length;
}
