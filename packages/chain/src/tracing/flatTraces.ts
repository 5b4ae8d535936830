import type { Hash } from "@causeway/protocol/hex";
import type { CallNode } from "./callTree.js";
import { quantity } from "./traceFormat.js";
import type { TraceJson } from "./tracer.js";

/** How frames become a flat list: geth's flatCallTracer and Parity's trace_ differ in these. */
export interface FlatStyle {
  /** Whether the frame of a call, never the transaction's own, is left out. */
  readonly leftOut: (call: CallNode) => boolean;
  readonly errorWords: (error: string, precompile: boolean) => string;
  /** Members beside each frame's own: its place in block and transaction. */
  readonly place: { readonly [field: string]: TraceJson };
  /** What stands for a result that is not there: null, or nothing. */
  readonly noResult: null | undefined;
}

/** A frame's own members in Parity's shape. */
export type FlatTrace = { readonly [field: string]: TraceJson | undefined };

/** Frames in the order they began, each with its place in the tree. */
export function flatTraces(root: CallNode, style: FlatStyle): FlatTrace[] {
  const traces: FlatTrace[] = [];
  const add = (node: CallNode, traceAddress: readonly number[]): void => {
    const calls = node.calls.filter((call) => !style.leftOut(call));
    traces.push({
      ...flatFrame(node, style),
      subtraces: calls.length,
      traceAddress,
      ...style.place,
    });
    for (const [i, call] of calls.entries()) add(call, [...traceAddress, i]);
  };
  add(root, []);
  return traces;
}

const REVERTED = "execution reverted";

function flatFrame(node: CallNode, style: FlatStyle): FlatTrace {
  const { error } = node;
  const shown = error === null || error === REVERTED;
  return {
    ...(error === null ? {} : { error: style.errorWords(error, node.precompile) }),
    ...flatAction(node),
    result: shown && node.kind !== "SELFDESTRUCT" ? flatResult(node) : style.noResult,
  };
}

function isCreation({ kind }: CallNode): boolean {
  return kind === "CREATE" || kind === "CREATE2";
}

function flatAction(node: CallNode): { readonly type: string; readonly action: TraceJson } {
  const { kind, from, to, gas, value, input } = node;
  if (kind === "SELFDESTRUCT") {
    const action = { address: from, balance: quantity(value ?? 0n), refundAddress: to };
    return { type: "suicide", action };
  }
  const common = { from, gas: quantity(gas), value: quantity(value ?? 0n) };
  if (isCreation(node)) {
    return { type: "create", action: { creationMethod: kind.toLowerCase(), ...common, init: input } };
  }
  return { type: "call", action: { callType: kind.toLowerCase(), ...common, to, input } };
}

function flatResult(node: CallNode): TraceJson {
  const gasUsed = quantity(node.gasUsed);
  if (!isCreation(node)) return { gasUsed, output: node.output };
  return { ...(node.error === null ? { address: node.to } : {}), code: node.output, gasUsed };
}

/** Where a transaction is, beside its frames. */
export interface TracePlace {
  readonly blockHash: Hash | null;
  readonly blockNumber: number;
  readonly transactionHash: Hash | null;
  readonly transactionPosition: number;
}
