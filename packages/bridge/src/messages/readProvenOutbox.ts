import { type Address, fromHex, type Hash, type Hex, isHex, toHex, ZERO_HASH } from "@causeway/protocol/hex";
import { OUTBOX_SLOTS } from "@causeway/protocol/predeploys";
import { MerklePatriciaTrie, verifyMPTWithMerkleProof } from "@ethereumjs/mpt";
import { decodeRlp, zeroPadValue } from "ethers";
import { BridgeError } from "../bridgeError.js";
import { type BlockTag, blockParameter, type RpcReader } from "../rpc/rpcReader.js";
import { readHeader, type VerifiedHeader } from "../sidechain/readHeader.js";

/** An Outbox's state after one block. */
export interface OutboxState {
  readonly root: Hash;
  readonly count: number;
}

/** An Outbox's state, proved against a header that was itself checked against its hash (B7). */
export interface ProvenOutbox extends OutboxState {
  readonly header: VerifiedHeader;
}

/** Nodes of one trie path; 64 nibbles and a leaf are the most there can be. */
const PROOF_NODES_MAX = 65;

/**
 * Root and count of an Outbox after a block, taken from a storage proof and believed only if that proof leads to the
 * block's own state root. What the node merely says counts for nothing. An Outbox proved not to be there yet is empty.
 * @throws {BridgeError} BlockUnknown, HeaderMismatch, ProofInvalid.
 */
export async function readProvenOutbox(
  reader: RpcReader,
  outbox: Address,
  tag: BlockTag,
): Promise<ProvenOutbox> {
  const header = await readHeader(reader, tag);
  const slots = [slotKey(OUTBOX_SLOTS.root), slotKey(OUTBOX_SLOTS.count)];
  // A reorg between the two calls makes the proof invalid, never wrong.
  const answer = await reader.send("eth_getProof", [outbox, slots, blockParameter(header.number)]);
  const proof = decodeProof(answer);
  const invalid = new BridgeError(
    { code: "ProofInvalid", address: outbox, blockHash: header.hash },
    `the storage proof of ${outbox} does not lead to the state root of block ${header.number} (${header.hash})`,
  );
  const account = await provenValue(header.stateRoot, outbox, proof.account, invalid);
  if (account === null) return { header, root: ZERO_HASH, count: 0 };
  const storageRoot = accountStorageRoot(account);
  if (storageRoot === null) throw invalid;
  const [root, count] = await Promise.all(
    slots.map(async (slot, i) => {
      const value = await provenValue(storageRoot, slot, proof.storage[i] ?? [], invalid);
      return value === null ? 0n : BigInt(decodeRlp(value) as string);
    }),
  );
  if (root === undefined || count === undefined || count > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid;
  return { header, root: zeroPadded(root), count: Number(count) };
}

function slotKey(slot: number): Hash {
  return zeroPadded(BigInt(slot));
}

function zeroPadded(value: bigint): Hash {
  const hex = value.toString(16);
  return zeroPadValue(`0x${hex.length % 2 === 0 ? hex : `0${hex}`}`, 32) as Hash;
}

async function provenValue(
  root: Hash,
  key: Hex,
  proof: readonly Hex[],
  invalid: BridgeError,
): Promise<Hex | null> {
  const hashing = new MerklePatriciaTrie({ useKeyHashing: true });
  try {
    const value = await verifyMPTWithMerkleProof(hashing, fromHex(root), fromHex(key), proof.map(fromHex));
    return value === null ? null : toHex(value);
  } catch {
    throw invalid;
  }
}

/** Third item of an account's RLP: [nonce, balance, storageRoot, codeHash]. */
function accountStorageRoot(account: Hex): Hash | null {
  const fields = decodeRlp(account);
  const storageRoot = Array.isArray(fields) ? fields[2] : undefined;
  return isHex(storageRoot, 32) ? storageRoot : null;
}

function decodeProof(answer: unknown): { account: Hex[]; storage: Hex[][] } {
  const malformed = (field: string) =>
    new BridgeError({ code: "RpcMalformed", method: "eth_getProof", field }, `eth_getProof: bad ${field}`);
  const nodes = (value: unknown, field: string): Hex[] => {
    if (!Array.isArray(value) || value.length > PROOF_NODES_MAX || !value.every((n) => isHex(n))) {
      throw malformed(field);
    }
    return value;
  };
  if (typeof answer !== "object" || answer === null) throw malformed("result");
  const { accountProof, storageProof } = answer as { accountProof?: unknown; storageProof?: unknown };
  if (!Array.isArray(storageProof)) throw malformed("storageProof");
  return {
    account: nodes(accountProof, "accountProof"),
    storage: storageProof.map((entry: unknown) =>
      nodes((entry as { proof?: unknown } | null)?.proof, "storageProof.proof"),
    ),
  };
}
