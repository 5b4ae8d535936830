import { type Block, decodeBlock } from "@causeway/protocol/block";
import { fromHex, type Hex, toHex } from "@causeway/protocol/hex";
import { MerklePatriciaTrie } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import { toBeArray } from "ethers";

/** Positions in the header list (Yellow Paper 4.3 and the EIPs after). */
export const HEADER_FIELDS = [
  "parentHash",
  "ommersHash",
  "coinbase",
  "stateRoot",
  "transactionsRoot",
  "receiptsRoot",
  "logsBloom",
  "difficulty",
  "number",
  "gasLimit",
  "gasUsed",
  "timestamp",
  "extraData",
  "mixHash",
  "nonce",
  "baseFeePerGas",
  "withdrawalsRoot",
  "blobGasUsed",
  "excessBlobGas",
  "parentBeaconBlockRoot",
  "requestsHash",
] as const;
export type HeaderField = (typeof HEADER_FIELDS)[number];

interface Parts {
  readonly header: Uint8Array[];
  readonly transactions: unknown[];
  readonly ommers: unknown[];
  readonly withdrawals: unknown[];
}

/** The block with one header field replaced. */
export function withField(block: Block, field: HeaderField, value: Hex | bigint): Block {
  return rebuilt(block, (parts) => set(parts, field, value));
}

/** The block with one EIP-4895 withdrawal, its root included: well-formed on any other chain. */
export async function withWithdrawal(block: Block, recipient: Hex): Promise<Block> {
  const withdrawal = [new Uint8Array(), new Uint8Array(), fromHex(recipient), toBeArray(1_000_000_000n)];
  const root = await listRoot([RLP.encode(withdrawal)]);
  return rebuilt(block, (parts) => {
    parts.withdrawals.push(withdrawal);
    set(parts, "withdrawalsRoot", root);
  });
}

/** The block with one more transaction of these bytes, the root included. */
export async function withTransaction(block: Block, raw: Uint8Array): Promise<Block> {
  const root = await listRoot([raw]);
  return rebuilt(block, (parts) => {
    parts.transactions.splice(0, parts.transactions.length, raw);
    set(parts, "transactionsRoot", root);
  });
}

/** The header of one block over the body of another. */
export function withBodyOf(block: Block, other: Block): Block {
  const { transactions, ommers, withdrawals } = partsOf(other);
  return decodeBlock(RLP.encode([partsOf(block).header, transactions, ommers, withdrawals] as never));
}

function rebuilt(block: Block, change: (parts: Parts) => void): Block {
  const parts = partsOf(block);
  change(parts);
  return decodeBlock(
    RLP.encode([parts.header, parts.transactions, parts.ommers, parts.withdrawals] as never),
  );
}

function partsOf(block: Block): Parts {
  const [header, transactions, ommers, withdrawals] = RLP.decode(block.bytes) as unknown as [
    Uint8Array[],
    unknown[],
    unknown[],
    unknown[],
  ];
  return { header, transactions, ommers, withdrawals };
}

function set({ header }: Parts, field: HeaderField, value: Hex | bigint): void {
  header[HEADER_FIELDS.indexOf(field)] = typeof value === "bigint" ? toBeArray(value) : fromHex(value);
}

async function listRoot(items: readonly Uint8Array[]): Promise<Hex> {
  const trie = new MerklePatriciaTrie();
  for (const [i, item] of items.entries()) await trie.put(RLP.encode(i), item);
  return toHex(trie.root());
}
