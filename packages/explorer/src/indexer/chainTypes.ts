import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import { z } from "zod";

const hex = (form: RegExp, what: string) =>
  z
    .string()
    .regex(form, what)
    .transform((text) => text.toLowerCase());
const hash = hex(/^0x[0-9a-fA-F]{64}$/, "must be 32 bytes of 0x hex") as unknown as z.ZodType<Hash>;
const address = hex(/^0x[0-9a-fA-F]{40}$/, "must be 20 bytes of 0x hex") as unknown as z.ZodType<Address>;
const bytes = hex(/^0x(?:[0-9a-fA-F]{2})*$/, "must be whole bytes of 0x hex") as unknown as z.ZodType<Hex>;
const quantity = hex(/^0x[0-9a-fA-F]{1,64}$/, "must be a 0x quantity") as unknown as z.ZodType<Hex>;

const transaction = z.looseObject({
  hash,
  from: address,
  to: address.nullish(),
  value: quantity,
  nonce: quantity,
  type: quantity.default("0x0"),
  input: bytes,
  transactionIndex: quantity,
});

const log = z.object({ address, topics: z.array(hash).max(4), data: bytes, logIndex: quantity });

const receipt = z.looseObject({
  transactionHash: hash,
  blockHash: hash,
  status: quantity.default("0x1"),
  gasUsed: quantity,
  cumulativeGasUsed: quantity,
  effectiveGasPrice: quantity.default("0x0"),
  contractAddress: address.nullish(),
  logs: z.array(log),
});

/** Header fields in JSON-RPC names; those a fork adds are absent before it. */
const header = z.object({
  number: quantity,
  hash,
  parentHash: hash,
  sha3Uncles: hash,
  miner: address,
  stateRoot: hash,
  transactionsRoot: hash,
  receiptsRoot: hash,
  logsBloom: bytes,
  difficulty: quantity,
  gasLimit: quantity,
  gasUsed: quantity,
  timestamp: quantity,
  extraData: bytes,
  mixHash: hash,
  nonce: bytes,
  size: quantity.default("0x0"),
  baseFeePerGas: quantity.optional(),
  withdrawalsRoot: hash.optional(),
  blobGasUsed: quantity.optional(),
  excessBlobGas: quantity.optional(),
  parentBeaconBlockRoot: hash.optional(),
  requestsHash: hash.optional(),
});

const block = header.extend({ transactions: z.array(transaction) });

const certificate = z.object({
  checkpoint: z.object({
    height: quantity,
    round: quantity,
    timestamp: quantity,
    blockHash: hash,
    stateRoot: hash,
    outboxRoot: hash,
    outboxCount: quantity,
    inboxAcc: hash,
    inboxCount: quantity,
    validatorSetHash: hash,
    nextValidatorSetHash: hash,
  }),
  signers: quantity,
  seals: z.array(bytes).max(64),
  validators: z.array(address).max(64),
});

export type HeaderJson = z.output<typeof header>;
export type BlockJson = z.output<typeof block>;
export type TransactionJson = z.output<typeof transaction>;
export type ReceiptJson = z.output<typeof receipt>;
export type LogJson = z.output<typeof log>;
export type CertificateAnswer = z.output<typeof certificate>;

export const chainSchemas = { header, block, receipts: z.array(receipt), certificate, log, hash, quantity };

/** A JSON-RPC quantity as a safe integer. @throws RangeError */
export function toNumber(quantityHex: Hex): number {
  const value = Number(BigInt(quantityHex));
  if (!Number.isSafeInteger(value)) throw new RangeError(`${quantityHex} is above 2^53 - 1`);
  return value;
}
