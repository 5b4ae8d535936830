import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import type { FullBlock } from "../types/block.js";
import type { BlockOverrides, CallRequest, StateOverrides } from "../types/call.js";
import type { Withdrawal } from "../types/header.js";
import type { Log } from "../types/receipt.js";

/** One block of an eth_simulateV1 request. Blocks between it and the one before are filled in empty. */
export interface BlockRequest {
  readonly overrides: SimulatedBlockOverrides;
  /** Applied before anything of the block runs. */
  readonly state: StateOverrides;
  readonly calls: readonly CallRequest[];
}

export interface SimulatedBlockOverrides extends BlockOverrides {
  /** EIP-4788; zero when left out. */
  readonly parentBeaconBlockRoot?: Hash;
  readonly withdrawals?: readonly Withdrawal[];
}

export interface SimulationRequest {
  readonly blocks: readonly BlockRequest[];
  /** Add a log for each transfer of ether (ERC-7528). */
  readonly traceTransfers: boolean;
  /** Check nonces and base fees as of real transactions; without it both are free. */
  readonly validation: boolean;
}

/** A block nobody proposed, with what its calls gave. Its transactions are unsigned. */
export interface SimulatedBlock {
  readonly block: FullBlock;
  readonly calls: readonly SimulatedCall[];
}

export interface SimulatedCall {
  readonly status: "success" | "revert" | "halt";
  readonly returnData: Hex;
  /** Reason of a halt or "execution reverted" in geth's words; null on success. */
  readonly error: string | null;
  readonly gasUsed: bigint;
  /** Before refunds: least gas limit that gets as far. */
  readonly maxUsedGas: bigint;
  /** Transfers included where they are traced; empty for a call that failed. */
  readonly logs: readonly Log[];
  /** The gas limit was cut to what the request may still use. */
  readonly gasCapped: boolean;
}

/** Contract that logs of ether transfers name (ERC-7528). */
export const ETHER_ADDRESS: Address = "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";
