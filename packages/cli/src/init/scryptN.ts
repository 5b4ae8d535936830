import type { Genesis } from "@causeway/protocol/genesis";
import { DEVNET_L1_CHAIN_ID } from "@causeway/protocol/predeploys";

/** Work factor of keystores (X9). */
export const SCRYPT_N = { standard: 262_144, devnet: 4_096 } as const;

/** That of the keystores of a chain: light ones where the L1 is a local one (C17). */
export function scryptNOf({ config: { causeway } }: Genesis): number {
  return causeway.bridge?.l1ChainId === DEVNET_L1_CHAIN_ID ? SCRYPT_N.devnet : SCRYPT_N.standard;
}
