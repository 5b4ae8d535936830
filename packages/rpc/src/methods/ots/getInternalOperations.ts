import type { CallNode } from "@causeway/chain/tracing/callTree";
import { quantity } from "../../format/quantity.js";
import type { Json } from "../../json.js";
import { defineMethod } from "../../method.js";
import { callTreeOf } from "../../otterscan/otsTraces.js";
import { hash } from "../../params/hex.js";

/** Otterscan's numbers. */
const OPERATION = { transfer: 0, selfDestruct: 1, create: 2, create2: 3 } as const;

/** What happened inside a transaction: money moved, contracts made and destroyed; nothing of frames that failed. */
export const otsGetInternalOperations = defineMethod(
  "ots_getInternalOperations",
  [hash],
  async (context, hash) => {
    const operations: Json[] = [];
    const root = await callTreeOf(context, hash);
    if (root.error === null) for (const call of root.calls) addOperations(call, operations);
    return operations;
  },
);

function addOperations(node: CallNode, operations: Json[]): void {
  const { error, from, to, value } = node;
  if (error !== null) return;
  const type = operationOf(node);
  if (type !== null) operations.push({ type, from, to, value: quantity(value ?? 0n) });
  for (const call of node.calls) addOperations(call, operations);
}

function operationOf({ kind, value }: CallNode): number | null {
  if (kind === "SELFDESTRUCT") return OPERATION.selfDestruct;
  if (kind === "CREATE") return OPERATION.create;
  if (kind === "CREATE2") return OPERATION.create2;
  return kind === "CALL" && value !== null && value > 0n ? OPERATION.transfer : null;
}
