import type { Address } from "@causeway/protocol/hex";
import { toHex } from "../../codec/hex.js";
import type { Frame, FrameKind } from "../../tracing/observer.js";
import type { RunState } from "./observedEvm.js";
import { OPCODE } from "./opcodes.js";

/** EIP-150 era and before: frames inside frames. */
const DEPTH_MAX = 1_024;
const ADDRESS_BITS = 160;
/** Gas that goes with value. */
const CALL_STIPEND = 2_300n;

/** What a call or creation would have been, should the library make no frame of it. */
export function refusedCall(
  run: RunState,
  opcode: number,
): (kind: FrameKind) => { readonly frame: Frame; readonly error: string } {
  const operands = run.stack.peek(Math.min(run.stack.length, 5));
  const { address, depth, callValue } = run.env;
  const gas = run.messageGasLimit ?? 0n;
  return (kind) => {
    const { to, value, offset, size } = operandsOf(opcode, operands);
    const frame: Frame = {
      kind,
      depth: depth + 1,
      from: toHex(address.bytes),
      to,
      precompile: false,
      gas: to !== null && value !== null && value > 0n ? gas + CALL_STIPEND : gas,
      value: kind === "DELEGATECALL" ? callValue : value,
      input: size === 0n ? new Uint8Array() : run.memory.read(Number(offset), Number(size)).slice(),
    };
    return {
      frame,
      error: depth >= DEPTH_MAX ? "max call depth exceeded" : "insufficient balance for transfer",
    };
  };
}

interface Operands {
  readonly to: Address | null;
  readonly value: bigint | null;
  readonly offset: bigint;
  readonly size: bigint;
}

/** @param operands top of the stack first. */
function operandsOf(opcode: number, operands: readonly bigint[]): Operands {
  const at = (i: number) => operands[i] ?? 0n;
  if (opcode === OPCODE.create || opcode === OPCODE.create2) {
    return { to: null, value: at(0), offset: at(1), size: at(2) };
  }
  const to: Address = `0x${BigInt.asUintN(ADDRESS_BITS, at(1)).toString(16).padStart(40, "0")}`;
  if (opcode === OPCODE.call || opcode === OPCODE.callCode) {
    return { to, value: at(2), offset: at(3), size: at(4) };
  }
  return { to, value: null, offset: at(2), size: at(3) };
}
