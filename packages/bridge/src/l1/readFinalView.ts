import { BridgeError } from "../bridgeError.js";
import type { BridgeSides } from "../bridgeSides.js";
import { readHeader } from "../sidechain/readHeader.js";
import { readSidechainView, type SidechainViewState } from "./readSidechainView.js";

/** What L1 has accepted of the sidechain and will not take back. */
export interface FinalView {
  /** Newest final L1 block. */
  readonly blockNumber: number;
  /** Null while the bridge's own deployment is not final. */
  readonly view: SidechainViewState | null;
}

/** SidechainView after the newest final L1 block. */
export async function readFinalView({ l1, bridge }: Pick<BridgeSides, "l1" | "bridge">): Promise<FinalView> {
  const { number: blockNumber } = await readHeader(l1, "finalized");
  try {
    return { blockNumber, view: await readSidechainView(l1, bridge.view, blockNumber) };
  } catch (error) {
    if (error instanceof BridgeError && error.code === "NoContract") return { blockNumber, view: null };
    throw error;
  }
}
