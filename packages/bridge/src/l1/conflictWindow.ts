import type { BridgeConfig } from "@causeway/protocol/genesis";
import { DEVNET_L1_CHAIN_ID } from "@causeway/protocol/predeploys";

/** W on a chain that is no devnet, seconds (B6). */
const CONFLICT_WINDOW_SECONDS = 86_400;

/** W of a bridge, seconds (B6, C17). */
export function conflictWindow(bridge: BridgeConfig): number {
  return bridge.l1ChainId === DEVNET_L1_CHAIN_ID ? 0 : CONFLICT_WINDOW_SECONDS;
}
