import type { Block } from "@causeway/protocol/block";
import { decodeBlock } from "@causeway/protocol/block";
import { assembleCertificate } from "@causeway/protocol/certificate";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import {
  type Authored,
  type BlockVote,
  type ConsensusMessage,
  consensusDigest,
  type RoundChangePayload,
  type SigningPayload,
} from "@causeway/protocol/consensusMessage";
import { type Address, type Hash, type Signature, ZERO_HASH } from "@causeway/protocol/hex";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import { encodeEnvelope } from "@causeway/protocol/wire/envelope";
import { WIRE_CODE } from "@causeway/protocol/wire/wireCode";
import { getBytes, id, SigningKey, toBeHex, Wallet } from "ethers";

/** One validator of the sample chain. */
export interface Validator {
  readonly address: Address;
  sign(digest: Hash): Signature;
}

export const domain: VoteDomain = {
  chainId: 73_311,
  genesisHash: id("genesis") as Hash,
  overrides: [],
};

/** Four validators, ascending. */
export const validators: readonly Validator[] = Array.from({ length: 4 }, (_, i) =>
  validator(`validator ${i}`),
).sort((a, b) => (a.address < b.address ? -1 : 1));
const set = validators.map(({ address }) => address);

function validator(seed: string): Validator {
  const key = new SigningKey(id(seed));
  return {
    address: new Wallet(key).address.toLowerCase() as Address,
    sign: (digest) => key.sign(digest).serialized as Signature,
  };
}

/** A block whose header has the right shape and whose body is `payload` bytes of one transaction. */
export function sampleBlock(height: number, payloadBytes = 0): Block {
  const word = (name: string) => id(`${name} ${height}`);
  const quantity = (n: number) => (n === 0 ? "0x" : toBeHex(n));
  const header = [
    word("parent"),
    word("ommers"),
    set[0] as string,
    word("state"),
    word("transactions"),
    word("receipts"),
    `0x${"00".repeat(256)}`,
    "0x",
    quantity(height),
    quantity(30_000_000),
    "0x",
    quantity(1_700_000_000 + height),
    validatorSetHash(set),
    ZERO_HASH,
    "0x0000000000000000",
    quantity(1_000_000_000),
    word("withdrawals"),
    "0x",
    "0x",
    ZERO_HASH,
    word("requests"),
  ];
  const payload = new Uint8Array(payloadBytes).fill(0xab);
  const transactions = payloadBytes === 0 ? [] : [Buffer.concat([Uint8Array.of(2), rlp([payload])])];
  return decodeBlock(rlp([header.map((field) => getBytes(field)), transactions, [], []]));
}

/** Of a list: an envelope without its code. ethers takes seconds for megabytes. */
function rlp(fields: Parameters<typeof encodeEnvelope>[1]): Uint8Array {
  return encodeEnvelope(WIRE_CODE.block, fields).slice(1);
}

export function checkpointOf(block: Block, round = 0): Checkpoint {
  return {
    height: block.height,
    round,
    timestamp: block.timestamp,
    blockHash: block.hash,
    stateRoot: block.stateRoot,
    outboxRoot: ZERO_HASH,
    outboxCount: 0,
    inboxAcc: ZERO_HASH,
    inboxCount: 0,
    validatorSetHash: block.extraData,
    nextValidatorSetHash: block.extraData,
  };
}

export function certified(block: Block): CertifiedBlock {
  const checkpoint = checkpointOf(block);
  const digest = consensusDigest(domain, { kind: "commit", payload: checkpoint });
  const seals = new Map(validators.slice(0, 3).map(({ address, sign }) => [address, sign(digest)]));
  return { block, certificate: assembleCertificate(checkpoint, seals, set) };
}

function signed<P>(author: Validator, payload: P, signing: SigningPayload): Authored<P> {
  return { payload, author: author.address, signature: author.sign(consensusDigest(domain, signing)) };
}

/** One message of each kind at a height, the proposal and round-change with everything they may carry. */
export function sampleMessages(height: number): Record<ConsensusMessage["kind"], ConsensusMessage> {
  const block = sampleBlock(height);
  const vote: BlockVote = { height, round: 1, blockHash: block.hash };
  const prepared: BlockVote = { ...vote, round: 0 };
  const claim: RoundChangePayload = { height, round: 1, prepared: { round: 0, blockHash: block.hash } };
  const [author] = validators as [Validator];
  const quorum = validators.slice(0, 3);
  const prepares = quorum.map((v) => signed(v, prepared, { kind: "prepare", payload: prepared }));
  const roundChanges = quorum.map((v) => signed(v, claim, { kind: "round-change", payload: claim }));
  const checkpoint = checkpointOf(block, 1);
  return {
    proposal: {
      kind: "proposal",
      ...signed(author, vote, { kind: "proposal", payload: vote }),
      block,
      roundChanges,
      prepares,
    },
    prepare: { kind: "prepare", ...signed(author, vote, { kind: "prepare", payload: vote }) },
    commit: { kind: "commit", ...signed(author, checkpoint, { kind: "commit", payload: checkpoint }) },
    "round-change": {
      kind: "round-change",
      ...signed(author, claim, { kind: "round-change", payload: claim }),
      prepares,
      block,
    },
  };
}

/** A plain transfer, signed. */
export async function sampleTransaction(nonce: number): Promise<Uint8Array> {
  const wallet = new Wallet(id("sender"));
  return getBytes(
    await wallet.signTransaction({
      type: 2,
      chainId: domain.chainId,
      nonce,
      to: wallet.address,
      value: 1n,
      gasLimit: 21_000n,
      maxFeePerGas: 2_000_000_000n,
      maxPriorityFeePerGas: 1n,
    }),
  );
}
