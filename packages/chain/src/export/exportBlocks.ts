import type { Certificate } from "@causeway/protocol/certificate";
import { chainError } from "../chainError.js";
import type { ChainReader } from "../chainReader.js";

/** A finalized block as it leaves the chain. */
export interface ExportedBlock {
  readonly number: number;
  /** RLP, in geth's form. */
  readonly block: Uint8Array;
  /** null for genesis, and on a chain that has none. */
  readonly certificate: Certificate | null;
}

/**
 * Blocks in order, both ends included.
 * @throws ChainError "UnknownBlock" for a range beyond the head, "HistoryMissing" where the chain began with a snapshot.
 */
export async function* exportBlocks(
  reader: ChainReader,
  from: number,
  to: number,
): AsyncGenerator<ExportedBlock> {
  if (to > reader.headNumber()) {
    throw chainError("UnknownBlock", `block ${to} is beyond the head ${reader.headNumber()}`);
  }
  for (let number = from; number <= to; number++) {
    const block = await reader.rawBlock(number);
    if (block === null) {
      throw chainError(
        "HistoryMissing",
        `block ${number} is not here: the chain began with a snapshot of block ${reader.historyStart()}; begin there, or ask a node with the whole history`,
      );
    }
    yield { number, block, certificate: await reader.certificate(number) };
  }
}
