import { type Address, type Hash, ZERO_ADDRESS } from "@causeway/protocol/hex";
import type { EngineLog } from "../engine/engine.js";
import type { ExecutionObserver, Frame, FrameEnd } from "../tracing/observer.js";
import { ETHER_ADDRESS } from "./simulation.js";

/** keccak256("Transfer(address,address,uint256)"). */
const TRANSFER_TOPIC: Hash = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

/** A log with its place among all that the block's calls made, those of failed frames counted. */
export interface CallLog extends EngineLog {
  readonly index: number;
}

interface OpenFrame {
  readonly logs: CallLog[];
  /** The first log is of a transfer into a contract whose address is not known yet. */
  readonly toNewContract: boolean;
}

/** Collects the logs of a simulated block's calls in order, and where wanted one for each transfer of ether. */
export class CallLogs implements ExecutionObserver {
  readonly #traceTransfers: boolean;
  #open: OpenFrame[] = [];
  #finished: CallLog[] = [];
  #count = 0;

  constructor(traceTransfers: boolean) {
    this.#traceTransfers = traceTransfers;
  }

  /** What the call since the last asking logged. */
  take(): readonly CallLog[] {
    const logs = this.#finished;
    this.#finished = [];
    this.#open = [];
    return logs;
  }

  enter({ kind, from, to, value }: Frame): void {
    const logs: CallLog[] = [];
    const transfers = this.#traceTransfers && kind !== "DELEGATECALL" && kind !== "CALLCODE";
    const pays = transfers && value !== null && value > 0n;
    if (pays) logs.push(this.#number(transferLog(from, to ?? ZERO_ADDRESS, value)));
    this.#open.push({ logs, toNewContract: pays && to === null });
  }

  exit({ error, created }: FrameEnd): void {
    const frame = this.#open.pop();
    if (frame === undefined || error !== null) return;
    const { logs, toNewContract } = frame;
    const [transfer] = logs;
    if (toNewContract && transfer !== undefined && created !== null) {
      logs[0] = { ...transfer, topics: [...transfer.topics.slice(0, 2), word(created)] };
    }
    (this.#open.at(-1)?.logs ?? this.#finished).push(...logs);
  }

  log(log: EngineLog): void {
    this.#open.at(-1)?.logs.push(this.#number(log));
  }

  #number(log: EngineLog): CallLog {
    return { ...log, index: this.#count++ };
  }
}

function transferLog(from: Address, to: Address, value: bigint): EngineLog {
  return {
    address: ETHER_ADDRESS,
    topics: [TRANSFER_TOPIC, word(from), word(to)],
    data: `0x${value.toString(16).padStart(64, "0")}`,
  };
}

function word(address: Address): Hash {
  return `0x${address.slice(2).padStart(64, "0")}`;
}
