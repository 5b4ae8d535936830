import { chainError } from "../chainError.js";
import { LONG_LIST, SHORT_LIST } from "../codec/rlpListPrefix.js";

/**
 * Concatenated RLP items, one by one, whatever the pieces they come in; no more than one item and piece are held.
 * @param bytesMax bound on one item.
 * @param file what errors call the input.
 * @throws ChainError "file.truncated" at the end of the input, "file.size", "file.encoding" for what is no RLP list.
 */
export async function* readRlpItems(
  pieces: AsyncIterable<Uint8Array>,
  bytesMax: number,
  file = "the file",
): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  let wanted: number | null = null;
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let offset = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    waitingBytes += piece.length;
    // Pieces are put together only when they make up an item: a large one is not copied again for each.
    if (held.length + waitingBytes < (wanted ?? 1)) continue;
    held = Buffer.concat([held, ...waiting.splice(0)]);
    waitingBytes = 0;
    let start = 0;
    for (;;) {
      wanted = itemBytes(held.subarray(start), bytesMax, `byte ${offset} of ${file}`);
      if (wanted === null || held.length - start < wanted) break;
      yield new Uint8Array(held.subarray(start, start + wanted));
      start += wanted;
      offset += wanted;
    }
    held = held.subarray(start);
  }
  const left = held.length + waitingBytes;
  if (left === 0) return;
  throw chainError(
    "file.truncated",
    `${file} ends inside an item: at byte ${offset} begins one of ${wanted ?? `more than ${left}`} bytes, ${left} are there`,
  );
}

/** Bytes of the item that begins here; null where its head is not complete. */
function itemBytes(bytes: Uint8Array, bytesMax: number, place: string): number | null {
  const first = bytes[0];
  if (first === undefined) return null;
  if (first < SHORT_LIST) {
    throw chainError(
      "file.encoding",
      `${place} is 0x${first.toString(16).padStart(2, "0")}, where an RLP list must begin`,
    );
  }
  if (first <= LONG_LIST) return 1 + first - SHORT_LIST;
  const lengthBytes = first - LONG_LIST;
  if (bytes.length < 1 + lengthBytes) return null;
  const length = bytes.subarray(1, 1 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  const size = 1 + lengthBytes + length;
  if (size <= bytesMax) return size;
  throw chainError("file.size", `at ${place} begins an item of ${size} bytes, at most ${bytesMax} allowed`);
}
