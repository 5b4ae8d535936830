import { decodeBlockParts, encodeBlock } from "@causeway/chain/codec/block";
import { listRoot } from "@causeway/chain/codec/listRoot";
import type { Header } from "@causeway/chain/types/header";
import type { Transaction } from "@causeway/chain/types/transaction";
import { type Block, decodeBlock } from "@causeway/protocol/block";
import type { Address } from "@causeway/protocol/hex";
import { decodeRlp, encodeRlp, getBytes } from "ethers";

/** The same block with other header fields, and a hash to match. */
export function blockWith({ bytes }: Block, changed: Partial<Header>): Block {
  const { header, rawTransactions } = decodeBlockParts(bytes);
  // Only the encoding of a transaction enters a block.
  const transactions = rawTransactions.map((raw) => ({ raw })) as unknown as readonly Transaction[];
  return decodeBlock(encodeBlock({ ...header, ...changed }, transactions));
}

/** The same header over a body that pays a validator out of nothing (EIP-4895): not the one its roots commit to. */
export function withSwappedBody({ bytes }: Block, recipient: Address): Block {
  const [header, transactions, ommers] = decodeRlp(bytes) as [[], [], []];
  return decodeBlock(getBytes(encodeRlp([header, transactions, ommers, [withdrawalTo(recipient)]])));
}

/** A block that pays a validator out of nothing, and whose header says so. */
export function blockWithWithdrawal(block: Block, recipient: Address): Block {
  const withdrawalsRoot = listRoot([getBytes(encodeRlp(withdrawalTo(recipient)))]);
  return withSwappedBody(blockWith(block, { withdrawalsRoot }), recipient);
}

function withdrawalTo(recipient: Address): string[] {
  return ["0x", "0x", recipient, "0x3b9aca00"];
}
