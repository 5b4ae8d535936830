import { toChecksumAddress } from "@ethereumjs/util";
import { fromHex } from "../../codec/hex.js";
import { type Fork, hasFork } from "../../rules/fork.js";
import { INITCODE_SIZE_MAX } from "../../rules/gasLimits.js";
import { intrinsicGas } from "../../rules/intrinsicGas.js";
import { BLOB_HASH_VERSION, NONCE_MAX } from "../../rules/transactionRules.js";
import { simulationFault } from "../../simulate/simulationFault.js";
import type { FilledCall, MessageRules } from "../simulation.js";
import type { MessageFees } from "./messageFees.js";

/** The account a call comes from, and the block it is in. */
export interface MessageSetting {
  readonly nonce: bigint;
  readonly balance: bigint;
  /** Wei per gas; 0 before London. */
  readonly baseFee: bigint;
  readonly fork: Fork;
}

/**
 * Whether a call may be in a block, asked in geth's order.
 * @returns gas it pays before it runs, and the floor under what it pays (EIP-7623).
 * @throws ChainError "Simulation.<fault>" in geth's words.
 */
export function checkMessage(
  call: FilledCall,
  fees: MessageFees,
  { nonce, balance, baseFee, fork }: MessageSetting,
  rules: MessageRules,
): { readonly intrinsic: bigint; readonly floor: bigint } {
  if (rules.validation) checkNonce(call, nonce);
  if (!fees.free) checkFees(call, fees, baseFee);
  checkBlobs(call, fees.blobPrice, fork);
  checkAuthorizations(call, fork);
  if (call.to == null) checkCreation(call, nonce, fork);
  checkFunds(call, balance, fees);
  return checkGas(call, fork);
}

function checkNonce({ from, nonce }: FilledCall, expected: bigint): void {
  if (nonce < expected) {
    throw simulationFault(
      "NonceTooLow",
      `nonce too low: address ${toChecksumAddress(from)}, tx: ${nonce} state: ${expected}`,
    );
  }
  if (nonce > expected) {
    throw simulationFault(
      "NonceTooHigh",
      `nonce too high: address ${toChecksumAddress(from)}, tx: ${nonce} state: ${expected}`,
    );
  }
  if (nonce === NONCE_MAX) {
    throw simulationFault("Call", `nonce has max value: address ${toChecksumAddress(from)}, nonce: ${nonce}`);
  }
}

function checkFees({ from }: FilledCall, { cap, tip }: MessageFees, baseFee: bigint): void {
  if (cap < tip) {
    throw simulationFault(
      "TipAboveFeeCap",
      `max priority fee per gas higher than max fee per gas: address ${toChecksumAddress(from)}, maxPriorityFeePerGas: ${tip}, maxFeePerGas: ${cap}`,
    );
  }
  if (cap < baseFee) {
    throw simulationFault(
      "FeeCapTooLow",
      `max fee per gas less than block base fee: address ${toChecksumAddress(from)}, maxFeePerGas: ${cap}, baseFee: ${baseFee}`,
    );
  }
}

function checkBlobs(call: FilledCall, price: bigint, fork: Fork): void {
  const { blobVersionedHashes: hashes, maxFeePerBlobGas: cap = 0n } = call;
  if (hashes === undefined) return;
  if (!hasFork(fork, "cancun")) throw simulationFault("Call", "transaction type not supported");
  if (call.to == null) throw simulationFault("Call", "blob transaction of type create");
  if (hashes.length === 0) throw simulationFault("Call", "blob transaction missing blob hashes");
  const odd = hashes.findIndex((hash) => !hash.startsWith(BLOB_HASH_VERSION));
  if (odd !== -1) throw simulationFault("Call", `blob ${odd} has invalid hash version`);
  if (cap < price) {
    throw simulationFault(
      "Call",
      `max fee per blob gas less than block blob gas fee: address ${toChecksumAddress(call.from)} blobGasFeeCap: ${cap}, blobBaseFee: ${price}`,
    );
  }
}

/** EIP-7702. */
function checkAuthorizations({ from, to, authorizationList }: FilledCall, fork: Fork): void {
  if (authorizationList === undefined) return;
  const sender = `(sender ${toChecksumAddress(from)})`;
  if (!hasFork(fork, "prague")) throw simulationFault("Call", "transaction type not supported");
  if (to == null) {
    throw simulationFault("Call", `EIP-7702 transaction cannot be used to create contract ${sender}`);
  }
  if (authorizationList.length === 0) {
    throw simulationFault("Call", `EIP-7702 transaction with empty auth list ${sender}`);
  }
}

/** EIP-3860; and no address follows from the nonce after the greatest. */
function checkCreation({ from, data = "0x" }: FilledCall, nonce: bigint, fork: Fork): void {
  if (nonce === NONCE_MAX) {
    throw simulationFault("Call", `nonce has max value: address ${toChecksumAddress(from)}, nonce: ${nonce}`);
  }
  const size = (data.length - 2) / 2;
  if (size <= INITCODE_SIZE_MAX || !hasFork(fork, "shanghai")) return;
  throw simulationFault(
    "InitCodeSize",
    `max initcode size exceeded: code size ${size} limit ${INITCODE_SIZE_MAX}`,
  );
}

function checkFunds(call: FilledCall, balance: bigint, { cap, blobGas }: MessageFees): void {
  const most = call.gas * cap + (call.value ?? 0n) + blobGas * (call.maxFeePerBlobGas ?? 0n);
  if (balance >= most) return;
  throw simulationFault(
    "InsufficientFunds",
    `insufficient funds for gas * price + value: address ${toChecksumAddress(call.from)} have ${balance} want ${most}`,
  );
}

function checkGas(call: FilledCall, fork: Fork): { intrinsic: bigint; floor: bigint } {
  const shape = {
    data: fromHex(call.data ?? "0x"),
    creation: call.to == null,
    accessList: call.accessList ?? [],
    authorizations: call.authorizationList?.length ?? 0,
  };
  const cost = intrinsicGas(shape, fork);
  if (call.gas < cost.intrinsic) {
    throw simulationFault("IntrinsicGas", `intrinsic gas too low: have ${call.gas}, want ${cost.intrinsic}`);
  }
  if (call.gas < cost.floor) {
    throw simulationFault(
      "IntrinsicGas",
      `insufficient gas for floor data gas cost: have ${call.gas}, want ${cost.floor}`,
    );
  }
  return cost;
}
