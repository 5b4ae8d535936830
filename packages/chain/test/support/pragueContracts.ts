import type { Address, Hex } from "@causeway/protocol/hex";
import { SYSTEM_CONTRACT_CODE } from "../../src/genesis/systemContractCode.js";

/** The system contracts of EIP-4788, 2935, 7002 and 7251 as a genesis file places them. */
export const PRAGUE_CONTRACTS: Readonly<Record<Address, { readonly code: Hex }>> = Object.fromEntries(
  [...SYSTEM_CONTRACT_CODE].map(([address, code]) => [address, { code }]),
);
