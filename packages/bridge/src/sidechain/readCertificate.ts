import type { Certificate } from "@causeway/protocol/certificate";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import { type Address, type Hash, isHex, type Signature } from "@causeway/protocol/hex";
import { MAX_VALIDATORS, type ValidatorSet } from "@causeway/protocol/validatorSet";
import { BridgeError } from "../bridgeError.js";
import { blockParameter, type RpcReader } from "../rpc/rpcReader.js";

/** A certificate as a node serves it, with the set that sealed it (X3). Not verified: `verifyCertificate` does that. */
export interface SealedCheckpoint {
  readonly certificate: Certificate;
  readonly validators: ValidatorSet;
}

const METHOD = "causeway_getCertificate";
/** quantity fields of the wire form, with the largest value of their Solidity type that is also a safe integer. */
const UINT32_MAX = 2 ** 32 - 1;

/**
 * The certificate of a sidechain block, null for the genesis block.
 * @throws {BridgeError} RpcMalformed; RpcRefused when the node does not know the block.
 */
export async function readCertificate(
  sidechain: RpcReader,
  tag: "latest" | number,
): Promise<SealedCheckpoint | null> {
  const answer = await sidechain.send(METHOD, [blockParameter(tag)]);
  return answer === null ? null : decodeSealedCheckpoint(answer);
}

/** A certificate in the form of causeway_getCertificate, wherever it is served (X3). @throws {BridgeError} RpcMalformed. */
export function decodeSealedCheckpoint(answer: unknown): SealedCheckpoint {
  const { checkpoint, signers, seals, validators } = record(answer, "result");
  return {
    certificate: {
      checkpoint: decodeCheckpoint(record(checkpoint, "checkpoint")),
      signers: bigQuantity(signers, "signers"),
      seals: list(seals, "seals", 65) as Signature[],
    },
    validators: list(validators, "validators", 20) as Address[],
  };
}

/** S(h) as a node tells it; check it against a hash before use (X3). */
export async function readValidators(sidechain: RpcReader, tag: "latest" | number): Promise<ValidatorSet> {
  const answer = await sidechain.send("causeway_getValidators", [blockParameter(tag)]);
  return list(record(answer, "result").validators, "validators", 20) as Address[];
}

function decodeCheckpoint(c: Readonly<Record<string, unknown>>): Checkpoint {
  const uint = (name: string, max = Number.MAX_SAFE_INTEGER): number => {
    const value = bigQuantity(c[name], `checkpoint.${name}`);
    if (value > BigInt(max)) throw malformed(`checkpoint.${name}`);
    return Number(value);
  };
  const hash = (name: string): Hash => {
    const value = c[name];
    if (!isHex(value, 32)) throw malformed(`checkpoint.${name}`);
    return value;
  };
  return {
    height: uint("height"),
    round: uint("round", UINT32_MAX),
    timestamp: uint("timestamp"),
    blockHash: hash("blockHash"),
    stateRoot: hash("stateRoot"),
    outboxRoot: hash("outboxRoot"),
    outboxCount: uint("outboxCount"),
    inboxAcc: hash("inboxAcc"),
    inboxCount: uint("inboxCount"),
    validatorSetHash: hash("validatorSetHash"),
    nextValidatorSetHash: hash("nextValidatorSetHash"),
  };
}

function bigQuantity(value: unknown, field: string): bigint {
  if (typeof value !== "string" || !/^0x[0-9a-fA-F]{1,64}$/.test(value)) throw malformed(field);
  return BigInt(value);
}

function list(value: unknown, field: string, byteLength: number): string[] {
  if (!Array.isArray(value) || value.length > MAX_VALIDATORS) throw malformed(field);
  return value.map((item: unknown) => {
    const lower = typeof item === "string" ? item.toLowerCase() : item;
    if (!isHex(lower, byteLength)) throw malformed(field);
    return lower;
  });
}

function record(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw malformed(field);
  return value as Readonly<Record<string, unknown>>;
}

function malformed(field: string): BridgeError {
  return new BridgeError({ code: "RpcMalformed", method: METHOD, field }, `${METHOD}: bad ${field}`);
}
