import type { CallNode } from "@causeway/chain/tracing/callTree";
import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import { quantity } from "../../format/quantity.js";
import type { Json } from "../../json.js";
import { defineMethod } from "../../method.js";
import { callTreeOf } from "../../otterscan/otsTraces.js";
import { hash } from "../../params/hex.js";

/** Frames in the order they began, each with its depth; precompiles left out. */
export const otsTraceTransaction = defineMethod("ots_traceTransaction", [hash], async (context, hash) => {
  const entries: Json[] = [];
  addEntries(await callTreeOf(context, hash), 0, entries);
  return entries;
});

function addEntries(node: CallNode, depth: number, entries: Json[]): void {
  const { kind, from, to, value, input, output } = node;
  const shown = value === null || kind === "DELEGATECALL" ? null : quantity(value);
  // Otterscan takes only addresses: a creation that came to nothing has none.
  entries.push({ type: kind, depth, from, to: to ?? ZERO_ADDRESS, value: shown, input, output });
  for (const call of node.calls) if (!call.precompile) addEntries(call, depth + 1, entries);
}
