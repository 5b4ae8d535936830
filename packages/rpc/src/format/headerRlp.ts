/** First byte of an RLP list whose length is written in further bytes (Yellow Paper, appendix B). */
const LIST_SHORT = 0xc0;
const LIST_LONG = 0xf7;

/** Bytes of the list prefix at `offset` and of the content behind it. */
function listExtent(
  bytes: Uint8Array,
  offset: number,
): { readonly prefix: number; readonly content: number } {
  const first = bytes[offset] ?? 0;
  if (first <= LIST_LONG) return { prefix: 1, content: first - LIST_SHORT };
  const lengthBytes = bytes.subarray(offset + 1, offset + 1 + first - LIST_LONG);
  return { prefix: 1 + lengthBytes.length, content: lengthBytes.reduce((sum, byte) => sum * 256 + byte, 0) };
}

/** The header's own RLP, cut out of a block's: the first item of the list. The block is one the chain has accepted. */
export function headerRlp(block: Uint8Array): Uint8Array {
  const start = listExtent(block, 0).prefix;
  const { prefix, content } = listExtent(block, start);
  return block.subarray(start, start + prefix + content);
}
