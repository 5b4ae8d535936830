import type { Engine } from "../engine/engine.js";
import type { Header } from "../types/header.js";
import type { PoolHead } from "./senderAccounts.js";

/** What the pool judges by at a head, the same object as long as the head is the same. */
export function poolHeads(engine: Engine): (header: Header) => PoolHead {
  let last: PoolHead | undefined;
  return (header) => {
    if (last?.header !== header) last = { header, state: engine.state(header.stateRoot) };
    return last;
  };
}
