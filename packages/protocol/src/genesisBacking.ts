import type { Genesis } from "./genesis.js";
import { normalAddress } from "./genesisFields.js";
import { PREDEPLOYS } from "./predeploys.js";

/** Wei of `alloc` outside Mint, which the Vault locks at deployment (B9, H7). */
export function genesisBacking({ alloc }: Pick<Genesis, "alloc">): bigint {
  return Object.entries(alloc).reduce(
    (sum, [key, { balance }]) => (normalAddress(key) === PREDEPLOYS.mint ? sum : sum + balance),
    0n,
  );
}
