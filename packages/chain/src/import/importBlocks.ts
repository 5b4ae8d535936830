import type { Hash } from "@causeway/protocol/hex";
import { readRlp, readRlpList } from "@causeway/protocol/wire/rlpItem";
import { isChainError } from "../chainError.js";
import type { Header } from "../types/header.js";
import { readRlpItems } from "./readRlpItems.js";

/** No block of any fork comes near: since Osaka they end at 8 MiB, Causeway's at maxBlockBytes. */
const BLOCK_BYTES_MAX = 64 * 1024 * 1024;

/** A chain that takes blocks one by one, whichever rules it follows. */
export interface ImportTarget {
  head(): Promise<Pick<Header, "number" | "hash" | "stateRoot">>;
  /**
   * Check, execute and store a block, durably.
   * @returns "known" where the chain holds it already, or it is the genesis block.
   * @throws ChainError whose code is the rule it breaks.
   */
  import(block: Uint8Array): Promise<"imported" | "known">;
  /** Called after the last block. @throws ChainError where the file should have had more. */
  end?(): Promise<void>;
}

/** Where an import ended: the head, and why it went no further. */
export interface ImportReport {
  readonly number: number;
  readonly hash: Hash;
  readonly stateRoot: Hash;
  readonly error: ImportError | null;
}

export interface ImportError {
  /** Of the block in the file, from 0; their count where one is missing at the end. */
  readonly index: number;
  /** Its height, where it could be read. */
  readonly number: number | null;
  /** The rule broken, e.g. "eth.gasLimit", "H1.withdrawals", "N3.BelowQuorum", "file.truncated". */
  readonly rule: string;
  readonly message: string;
}

/**
 * Import concatenated RLP blocks up to the first that is refused; what came before it stays.
 * @param pieces of the file.
 * @param onProgress told of each block by its height.
 */
export async function importBlocks(
  pieces: AsyncIterable<Uint8Array>,
  target: ImportTarget,
  onProgress: (progress: { readonly number: number | null; readonly blocks: number }) => void = () =>
    undefined,
): Promise<ImportReport> {
  let index = 0;
  let current: Uint8Array | null = null;
  let error: ImportError | null = null;
  try {
    for await (const block of readRlpItems(pieces, BLOCK_BYTES_MAX)) {
      current = block;
      await target.import(block);
      onProgress({ number: blockNumber(block), blocks: index + 1 });
      index++;
      current = null;
    }
    await target.end?.();
  } catch (cause) {
    if (!isChainError(cause)) throw cause;
    const number = current === null ? null : blockNumber(current);
    error = { index, number, rule: cause.code, message: cause.message };
  }
  const { number, hash, stateRoot } = await target.head();
  return { number, hash, stateRoot, error };
}

/** Position of the number in a header, and bytes it may have. */
const NUMBER_FIELD = 8;
const NUMBER_BYTES_MAX = 6;
const BLOCK_PARTS_MAX = 16;
const HEADER_FIELDS_MAX = 64;

/** The height a block says it has; null where that cannot be read. */
function blockNumber(block: Uint8Array): number | null {
  try {
    const [header] = readRlpList(readRlp(block, "block"), "block", BLOCK_PARTS_MAX);
    if (header === undefined) return null;
    const field = readRlpList(header, "header", HEADER_FIELDS_MAX)[NUMBER_FIELD];
    if (field === undefined || field.isList || field.payload.length > NUMBER_BYTES_MAX) return null;
    return field.payload.reduce((sum, byte) => sum * 256 + byte, 0);
  } catch {
    return null;
  }
}
