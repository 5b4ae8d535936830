import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";

/** What history this node can answer from: all of it, or from where it was restored or pruned. */
export const ethCapabilities = defineMethod("eth_capabilities", [], async ({ reader }) => {
  const number = reader.headNumber();
  const head = await reader.header(number);
  const blocks = since(reader.historyStart());
  const state = since(reader.stateStart());
  return {
    head: { number: quantity(number), hash: head?.hash ?? reader.genesisHash },
    state,
    tx: blocks,
    logs: blocks,
    receipts: blocks,
    blocks,
    stateproofs: state,
  };
});

function since(block: number) {
  return { disabled: false, oldestBlock: quantity(block) };
}
