import { setImmediate } from "node:timers/promises";
import { EVM, type EVMOpts, type EVMResult, type EVMRunCallOpts } from "@ethereumjs/evm";
import { chainError } from "../../chainError.js";
import type { Interrupts } from "../engine.js";
import { FastCommon } from "./fastCommon.js";
import { FrameParties } from "./frameParties.js";
import { JumpAnalyses } from "./jumpAnalyses.js";

/** JUMP, JUMPI. */
const JUMP_OPCODES = [0x56, 0x57];
/** CREATE, CALL, CALLCODE, DELEGATECALL, CREATE2, STATICCALL: code that calls itself loops without a jump. */
export const CALL_OPCODES = [0xf0, 0xf1, 0xf2, 0xf4, 0xf5, 0xfa];
/** Jumps between two looks at the clock: some 0.1 ms of EVM work. */
const JUMPS_PER_CHECK = 512;
/** Longest time the EVM holds the event loop, in milliseconds. */
const TIME_SLICE_MS = 10;

type OpcodeMap = EVM["_opcodeMap"];
/** Called with the library's state of the run, then its Common. */
export type OpcodeHandler = (...args: unknown[]) => unknown;

/** What an EVM derives from the rules of a fork. */
interface OpcodeTable {
  readonly opcodes: EVM["_opcodes"];
  readonly handlers: EVM["_handlers"];
  readonly dynamicGasHandlers: EVM["_dynamicGasHandlers"];
  readonly opcodeMap: OpcodeMap;
  readonly jumpAnalyses: JumpAnalyses;
}

/** By family of rules and fork: a chain opens an EVM for every block and call. */
const tables = new WeakMap<object, Map<string, OpcodeTable>>();

/**
 * An EVM that lets the event loop run and can be stopped inside a transaction: nothing runs for long without a jump or a
 * call, so jumps look at the clock now and then, calls always. An interrupted state view is unusable and must be dropped.
 */
export class InterruptibleEvm extends EVM {
  interrupts: Interrupts = {};
  /** Of the transaction under way. */
  readonly parties = new FrameParties();
  // Set by a method that the constructor of EVM calls: an initializer here would wipe it out.
  declare jumpAnalyses: JumpAnalyses;
  readonly #now: () => number;
  #jumps = 0;
  #ownsTable = false;
  #sliceStart: number;

  /** @param now monotonic milliseconds; a clock that stands still during a transaction never lets go of the event loop. */
  constructor(options: EVMOpts, now: () => number = () => performance.now()) {
    super(options);
    this.#now = now;
    this.#sliceStart = now();
  }

  override async runCall(options: EVMRunCallOpts): Promise<EVMResult> {
    const before = this.parties.entered();
    const result = await super.runCall(options);
    const { message } = options;
    if (message !== undefined) this.parties.left(before, message, result);
    else this.parties.leftTransaction(options, result);
    return result;
  }

  /** Made once for all EVMs of one fork of one chain, which takes longer than an empty block. */
  override getActiveOpcodes(): EVM["_opcodes"] {
    const family = this.common instanceof FastCommon ? this.common.family : this.common;
    const forks = tables.get(family) ?? new Map<string, OpcodeTable>();
    tables.set(family, forks);
    const table = forks.get(this.common.hardfork()) ?? this.makeOpcodeTable();
    forks.set(this.common.hardfork(), table);
    this._opcodes = table.opcodes;
    this._handlers = table.handlers;
    this._dynamicGasHandlers = table.dynamicGasHandlers;
    this._opcodeMap = table.opcodeMap;
    this.jumpAnalyses = table.jumpAnalyses;
    return table.opcodes;
  }

  /** Put something of this EVM alone around what an opcode does, its gas apart. */
  protected replace(opcode: number, wrap: (handler: OpcodeHandler) => OpcodeHandler): void {
    if (!this.#ownsTable) {
      this._opcodeMap = [...this._opcodeMap];
      this.jumpAnalyses = new JumpAnalyses();
      this.#ownsTable = true;
    }
    wrapHandler(this._opcodeMap, opcode, wrap);
  }

  // Not #private: the constructor of EVM comes here before those exist.
  private makeOpcodeTable(): OpcodeTable {
    super.getActiveOpcodes();
    for (const opcode of JUMP_OPCODES) {
      wrapHandler(this._opcodeMap, opcode, (jump) => (...args) => {
        jump(...args);
        return evmOf(args).jumped();
      });
    }
    for (const opcode of CALL_OPCODES) {
      wrapHandler(this._opcodeMap, opcode, (call) => async (...args) => {
        await evmOf(args).checkInterrupts();
        await call(...args);
      });
    }
    return {
      opcodes: this._opcodes,
      handlers: this._handlers,
      dynamicGasHandlers: this._dynamicGasHandlers,
      opcodeMap: this._opcodeMap,
      jumpAnalyses: new JumpAnalyses(),
    };
  }

  /** Counts a jump. */
  jumped(): Promise<void> {
    return ++this.#jumps % JUMPS_PER_CHECK === 0 ? this.checkInterrupts() : RESOLVED;
  }

  /** @throws ChainError "Aborted" or "DeadlineExceeded". */
  async checkInterrupts(): Promise<void> {
    if (this.#now() - this.#sliceStart > TIME_SLICE_MS) {
      await setImmediate();
      this.#sliceStart = this.#now();
    }
    const { signal, deadlineMs } = this.interrupts;
    if (signal?.aborted) throw chainError("Aborted", "execution was aborted by its caller");
    if (deadlineMs !== undefined && this.#now() > deadlineMs) {
      throw chainError("DeadlineExceeded", "execution exceeded its time budget (H4)");
    }
  }
}

const RESOLVED = Promise.resolve();

/** Whoever runs this opcode: tables are shared. */
function evmOf([runState]: unknown[]): InterruptibleEvm {
  return (runState as { interpreter: { _evm: InterruptibleEvm } }).interpreter._evm;
}

/** Opcodes that a fork lacks stay invalid. */
function wrapHandler(map: OpcodeMap, opcode: number, wrap: (handler: OpcodeHandler) => OpcodeHandler): void {
  const entry = map[opcode];
  if (entry === undefined) throw new Error(`the EVM has no opcode ${opcode}`);
  if (entry.opcodeInfo.isInvalid) return;
  map[opcode] = {
    ...entry,
    opcodeInfo: { ...entry.opcodeInfo, isAsync: true },
    opHandler: wrap(entry.opHandler as OpcodeHandler) as typeof entry.opHandler,
  };
}
