import type { Input } from "@ethereumjs/rlp";
import { type Block, decodeBlock } from "../block.js";
import {
  type Authored,
  type BlockVote,
  type CommitMessage,
  type ConsensusMessage,
  consensusDigest,
  type PrepareMessage,
  type ProposalMessage,
  type RoundChangeMessage,
  type RoundChangePayload,
  type SignedPrepare,
  type SignedRoundChange,
  type SigningPayload,
} from "../consensusMessage.js";
import { fromHex, ZERO_HASH } from "../hex.js";
import type { Recover } from "../signature.js";
import { MAX_VALIDATORS } from "../validatorSet.js";
import type { VoteDomain } from "../voteDomain.js";
import { checkpointFields, readCheckpoint } from "./checkpointCodec.js";
import { encodeEnvelope, openEnvelope } from "./envelope.js";
import { BLOCK_BYTES_MAX } from "./frameLimits.js";
import { ROUND_MAX, readBytes, readFixed, readInteger, readSignature, readTuple } from "./readField.js";
import { type RlpItem, readRlpList } from "./rlpItem.js";
import { WIRE_CODE } from "./wireCode.js";
import { malformed } from "./wireError.js";

/** Code and RLP of a consensus message (X8). The author is not sent: the receiver recovers it (C16). */
export function encodeConsensusMessage(message: ConsensusMessage): Uint8Array {
  switch (message.kind) {
    case "proposal":
      return encodeEnvelope(WIRE_CODE.proposal, [
        signedVote(message),
        message.block.bytes,
        message.roundChanges.map(signedRoundChange),
        message.prepares.map(signedVote),
      ]);
    case "prepare":
      return encodeEnvelope(WIRE_CODE.prepare, signedVote(message));
    case "commit":
      return encodeEnvelope(WIRE_CODE.commit, [
        checkpointFields(message.payload),
        fromHex(message.signature),
      ]);
    case "round-change":
      return encodeEnvelope(WIRE_CODE.roundChange, [
        signedRoundChange(message),
        message.prepares.map(signedVote),
        message.block?.bytes ?? new Uint8Array(),
      ]);
  }
}

/**
 * Decode a consensus message and recover every signer in it, nested ones too (C16). Membership, distinctness
 * and quorum are for the core, which knows S(h).
 * @throws {WireError} naming the field that is malformed, unsigned or contradicts another.
 * @throws {BlockDecodeError} when the block inside is malformed.
 */
export function decodeConsensusMessage(
  bytes: Uint8Array,
  domain: VoteDomain,
  recover: Recover,
): ConsensusMessage {
  const { code, body } = openEnvelope(bytes);
  const reader = new SignedReader(domain, recover);
  switch (code) {
    case WIRE_CODE.proposal:
      return readProposal(body, reader);
    case WIRE_CODE.prepare:
      return readPrepare(body, reader);
    case WIRE_CODE.commit:
      return readCommit(body, reader);
    case WIRE_CODE.roundChange:
      return readRoundChange(body, reader);
    default:
      throw malformed("code", `that of a consensus message, got 0x${code.toString(16)}`);
  }
}

/** True when the code byte announces a message for {@link decodeConsensusMessage}. */
export function isConsensusCode(code: number | undefined): boolean {
  return (
    code === WIRE_CODE.proposal ||
    code === WIRE_CODE.prepare ||
    code === WIRE_CODE.commit ||
    code === WIRE_CODE.roundChange
  );
}

function signedVote({ payload, signature }: Authored<BlockVote>): Input[] {
  return [payload.height, payload.round, fromHex(payload.blockHash), fromHex(signature)];
}

function signedRoundChange({ payload, signature }: SignedRoundChange): Input[] {
  return [
    payload.height,
    payload.round,
    payload.prepared?.round ?? 0,
    fromHex(payload.prepared?.blockHash ?? ZERO_HASH),
    fromHex(signature),
  ];
}

function readProposal(body: RlpItem, reader: SignedReader): ProposalMessage {
  const [vote, blockBytes, roundChanges, prepares] = readTuple(body, "proposal", 4) as [
    RlpItem,
    RlpItem,
    RlpItem,
    RlpItem,
  ];
  const signed = reader.vote(vote, "proposal", "proposal");
  const block = decodeBlock(readBytes(blockBytes, "proposal.block", BLOCK_BYTES_MAX));
  if (block.hash !== signed.payload.blockHash) {
    throw malformed("proposal.block", "the block of the signed hash");
  }
  return {
    kind: "proposal",
    ...signed,
    block,
    roundChanges: readRlpList(roundChanges, "proposal.roundChanges", MAX_VALIDATORS).map((item, i) =>
      reader.roundChange(item, `proposal.roundChanges[${i}]`),
    ),
    prepares: reader.prepares(prepares, "proposal.prepares"),
  };
}

function readPrepare(body: RlpItem, reader: SignedReader): PrepareMessage {
  return { kind: "prepare", ...reader.vote(body, "prepare", "prepare") };
}

function readCommit(body: RlpItem, reader: SignedReader): CommitMessage {
  const [checkpoint, signature] = readTuple(body, "commit", 2) as [RlpItem, RlpItem];
  const payload = readCheckpoint(checkpoint, "commit.checkpoint");
  return { kind: "commit", payload, ...reader.author({ kind: "commit", payload }, signature, "commit") };
}

function readRoundChange(body: RlpItem, reader: SignedReader): RoundChangeMessage {
  const [bare, prepares, block] = readTuple(body, "roundChange", 3) as [RlpItem, RlpItem, RlpItem];
  const message: RoundChangeMessage = {
    kind: "round-change",
    ...reader.roundChange(bare, "roundChange"),
    prepares: reader.prepares(prepares, "roundChange.prepares"),
    block: readPreparedBlock(block),
  };
  const claim = message.payload.prepared;
  if (claim === null && (message.prepares.length > 0 || message.block !== null)) {
    throw malformed("roundChange", "without PREPAREs and block when it claims nothing prepared (C2)");
  }
  if (claim !== null && message.block !== null && message.block.hash !== claim.blockHash) {
    throw malformed("roundChange.block", `the prepared block ${claim.blockHash}, got ${message.block.hash}`);
  }
  return message;
}

function readPreparedBlock(item: RlpItem): Block | null {
  const bytes = readBytes(item, "roundChange.block", BLOCK_BYTES_MAX);
  return bytes.length === 0 ? null : decodeBlock(bytes);
}

/** Reads signed payloads and puts the recovered signer beside each. */
class SignedReader {
  constructor(
    private readonly domain: VoteDomain,
    private readonly recover: Recover,
  ) {}

  vote(item: RlpItem, kind: "proposal" | "prepare", field: string): Authored<BlockVote> {
    const [height, round, blockHash, signature] = readTuple(item, field, 4);
    const payload: BlockVote = {
      height: readInteger(height, `${field}.height`),
      round: readInteger(round, `${field}.round`, ROUND_MAX),
      blockHash: readFixed(blockHash, `${field}.blockHash`, 32),
    };
    return { payload, ...this.author({ kind, payload }, signature, field) };
  }

  prepares(item: RlpItem, field: string): SignedPrepare[] {
    return readRlpList(item, field, MAX_VALIDATORS).map((prepare, i) =>
      this.vote(prepare, "prepare", `${field}[${i}]`),
    );
  }

  roundChange(item: RlpItem, field: string): SignedRoundChange {
    const [height, round, preparedRound, preparedHash, signature] = readTuple(item, field, 5);
    const claim = {
      round: readInteger(preparedRound, `${field}.preparedRound`, ROUND_MAX),
      blockHash: readFixed(preparedHash, `${field}.preparedHash`, 32),
    };
    if (claim.blockHash === ZERO_HASH && claim.round !== 0) {
      throw malformed(`${field}.preparedRound`, "0 when nothing is prepared (X1)");
    }
    const payload: RoundChangePayload = {
      height: readInteger(height, `${field}.height`),
      round: readInteger(round, `${field}.round`, ROUND_MAX),
      prepared: claim.blockHash === ZERO_HASH ? null : claim,
    };
    return { payload, ...this.author({ kind: "round-change", payload }, signature, field) };
  }

  author(signing: SigningPayload, item: RlpItem | undefined, field: string) {
    const signature = readSignature(item, `${field}.signature`);
    const author = this.recover(consensusDigest(this.domain, signing), signature);
    if (author === null) throw malformed(`${field}.signature`, "one that recovers to a signer");
    return { author, signature };
  }
}
