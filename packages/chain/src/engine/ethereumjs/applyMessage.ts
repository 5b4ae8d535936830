import type { Address, Hex } from "@causeway/protocol/hex";
import type { Block } from "@ethereumjs/block";
import { EVMError, getActivePrecompiles } from "@ethereumjs/evm";
import { Account, createAddressFromString, type Address as LibraryAddress } from "@ethereumjs/util";
import { maxOf, minOf } from "../../bigints.js";
import type { AccessListItem } from "../../chainReader.js";
import { fromHex, toHex } from "../../codec/hex.js";
import { GAS_PER_BLOB } from "../../rules/ethereum/blobGas.js";
import { type Fork, hasFork } from "../../rules/fork.js";
import { INITCODE_SIZE_MAX } from "../../rules/gasLimits.js";
import { intrinsicGas } from "../../rules/intrinsicGas.js";
import { simulationFault } from "../../simulate/simulationFault.js";
import type { EngineLog } from "../engine.js";
import type { FilledCall, MessageRules } from "../simulation.js";
import { applyAuthorizations } from "./applyAuthorizations.js";
import type { Execution } from "./engineContext.js";
import { forkOf } from "./forkCommons.js";
import { haltReason } from "./haltReason.js";

/** First byte of a blob's versioned hash (EIP-4844). */
const BLOB_HASH_VERSION = "0x01";
/** EIP-2681. */
const NONCE_MAX = 2n ** 64n - 1n;

export interface MessageOutcome {
  readonly status: "success" | "revert" | "halt";
  /** Return or revert data. */
  readonly returnData: Hex;
  readonly error: string | null;
  readonly gasUsed: bigint;
  /** Before refunds. */
  readonly gasBeforeRefund: bigint;
  readonly effectiveGasPrice: bigint;
  readonly blobGasUsed: bigint;
  readonly contractAddress: Address | null;
  readonly logs: readonly EngineLog[];
  /** Accounts and slots touched that were not warm at the start; empty unless asked for. */
  readonly accessed: readonly AccessListItem[];
}

/** Wei per gas a message pays and the most it would. */
interface Fees {
  readonly price: bigint;
  readonly cap: bigint;
  readonly tip: bigint;
}

/**
 * Run a call in a block as if it were a transaction, without its signature, the sender-code rule (EIP-3607) and the gas
 * cap of EIP-7825: everything a transaction leaves in the state, it leaves.
 * @throws ChainError "Simulation.<fault>" for a call that cannot be in the block, "Aborted", "DeadlineExceeded".
 */
export async function applyMessage(
  { evm, state, common }: Execution,
  block: Block,
  call: FilledCall,
  rules: MessageRules,
): Promise<MessageOutcome> {
  const fork = forkOf(common);
  const baseFee = block.header.baseFeePerGas ?? 0n;
  const fees = feesOf(call, baseFee);
  const caller = createAddressFromString(call.from);
  const sender = (await state.getAccount(caller)) ?? new Account();
  const free = !rules.validation && fees.cap === 0n && fees.tip === 0n;
  const blobGasUsed = GAS_PER_BLOB * BigInt(call.blobVersionedHashes?.length ?? 0);
  const freeBlobs = !rules.validation && (call.maxFeePerBlobGas ?? 0n) === 0n;
  const blobPrice = blobGasUsed === 0n || freeBlobs ? 0n : block.header.getBlobGasPrice();
  if (rules.validation) checkNonce(call, sender.nonce);
  if (call.to == null) checkCreation(call, sender.nonce, fork);
  if (!free) checkFees(call, fees, baseFee);
  checkBlobs(call, blobPrice, fork);
  checkAuthorizations(call, fork);
  checkFunds(call, sender.balance, fees.cap, blobGasUsed);
  const { intrinsic, floor } = checkGas(call, fork);

  await evm.journal.cleanup();
  await evm.journal.checkpoint();
  if (rules.reportAccess === true) evm.journal.startReportingAccessList();
  sender.balance -= call.gas * fees.price + blobGasUsed * blobPrice;
  // As geth's 64-bit counter: without validation any nonce goes, and the greatest is followed by zero.
  sender.nonce = sender.nonce === NONCE_MAX ? 0n : sender.nonce + 1n;
  await evm.journal.putAccount(caller, sender);
  warmUp(evm, call, block);
  const returned = await applyAuthorizations(evm, state, common.chainId(), call.authorizationList ?? []);
  const { execResult, createdAddress } = await evm.runCall({
    block,
    caller,
    gasPrice: fees.price,
    gasLimit: call.gas - intrinsic,
    ...(call.to == null ? {} : { to: createAddressFromString(call.to) }),
    value: call.value ?? 0n,
    data: fromHex(call.data ?? "0x"),
    blobVersionedHashes: [...(call.blobVersionedHashes ?? [])],
    skipNonceIncrement: true,
  });
  const spent = intrinsic + execResult.executionGasUsed;
  const refund = minOf(returned + (execResult.gasRefund ?? 0n), spent / common.param("maxRefundQuotient"));
  const gasUsed = maxOf(spent - refund, floor);
  await credit(evm, caller, (call.gas - gasUsed) * fees.price);
  if (!free) await credit(evm, block.header.coinbase, gasUsed * (fees.price - baseFee));
  await removeDestructed(evm, execResult);
  const accessed = accessedIn(evm, call.to == null ? createdAddress : undefined);
  await evm.journal.commit();
  await evm.journal.cleanup();
  state.originalStorageCache.clear();
  return {
    ...outcomeOf(execResult.exceptionError?.error, toHex(execResult.returnValue)),
    gasUsed,
    gasBeforeRefund: maxOf(spent, floor),
    effectiveGasPrice: fees.price,
    blobGasUsed,
    contractAddress: call.to == null && createdAddress !== undefined ? toHex(createdAddress.bytes) : null,
    logs: (execResult.logs ?? []).map(([address, topics, data]) => ({
      address: toHex(address),
      topics: topics.map(toHex),
      data: toHex(data),
    })),
    accessed,
  };
}

/** As geth reads them: nothing named is nothing paid, base fee or not. */
export function feesOf(
  { gasPrice, maxFeePerGas = 0n, maxPriorityFeePerGas = 0n }: FilledCall,
  baseFee: bigint,
): Fees {
  if (gasPrice !== undefined) return { price: gasPrice, cap: gasPrice, tip: gasPrice };
  const named = maxFeePerGas > 0n || maxPriorityFeePerGas > 0n;
  const price = named ? minOf(baseFee + maxPriorityFeePerGas, maxFeePerGas) : 0n;
  return { price, cap: maxFeePerGas, tip: maxPriorityFeePerGas };
}

function checkNonce({ from, nonce }: FilledCall, expected: bigint): void {
  if (nonce < expected) {
    throw simulationFault("NonceTooLow", `nonce too low: address ${from}, tx: ${nonce} state: ${expected}`);
  }
  if (nonce > expected) {
    throw simulationFault("NonceTooHigh", `nonce too high: address ${from}, tx: ${nonce} state: ${expected}`);
  }
  if (nonce === NONCE_MAX) {
    throw simulationFault("Call", `nonce has max value: address ${from}, nonce: ${nonce}`);
  }
}

function checkFees({ from }: FilledCall, { cap, tip }: Fees, baseFee: bigint): void {
  if (cap < tip) {
    throw simulationFault(
      "TipAboveFeeCap",
      `max priority fee per gas higher than max fee per gas: address ${from}, maxPriorityFeePerGas: ${tip}, maxFeePerGas: ${cap}`,
    );
  }
  if (cap < baseFee) {
    throw simulationFault(
      "FeeCapTooLow",
      `max fee per gas less than block base fee: address ${from}, maxFeePerGas: ${cap}, baseFee: ${baseFee}`,
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
      `max fee per blob gas less than block blob gas fee: address ${call.from} blobGasFeeCap: ${cap}, blobBaseFee: ${price}`,
    );
  }
}

/** EIP-7702. */
function checkAuthorizations({ to, authorizationList }: FilledCall, fork: Fork): void {
  if (authorizationList === undefined) return;
  if (!hasFork(fork, "prague")) throw simulationFault("Call", "transaction type not supported");
  if (to == null) throw simulationFault("Call", "EIP-7702 transaction cannot be used to create contract");
  if (authorizationList.length === 0) {
    throw simulationFault("Call", "EIP-7702 transaction with empty auth list");
  }
}

/** EIP-3860; and no address follows from the nonce after the greatest. */
function checkCreation({ from, data = "0x" }: FilledCall, nonce: bigint, fork: Fork): void {
  if (nonce === NONCE_MAX) {
    throw simulationFault("Call", `nonce has max value: address ${from}, nonce: ${nonce}`);
  }
  const size = (data.length - 2) / 2;
  if (size <= INITCODE_SIZE_MAX || !hasFork(fork, "shanghai")) return;
  throw simulationFault(
    "InitCodeSize",
    `max initcode size exceeded: code size ${size} limit ${INITCODE_SIZE_MAX}`,
  );
}

function checkFunds(call: FilledCall, balance: bigint, feeCap: bigint, blobGas: bigint): void {
  const most = call.gas * feeCap + (call.value ?? 0n) + blobGas * (call.maxFeePerBlobGas ?? 0n);
  if (balance >= most) return;
  throw simulationFault(
    "InsufficientFunds",
    `insufficient funds for gas * price + value: address ${call.from} have ${balance} want ${most}`,
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

/** EIP-2929, 2930, 3651: what a transaction finds warm. */
function warmUp({ journal, common }: Execution["evm"], call: FilledCall, block: Block): void {
  // By the fork, wherever overrides have moved them.
  for (const precompile of getActivePrecompiles(common).keys()) journal.addAlwaysWarmAddress(precompile);
  journal.addAlwaysWarmAddress(call.from);
  if (call.to != null) journal.addAlwaysWarmAddress(call.to);
  if (common.isActivatedEIP(3651)) journal.addAlwaysWarmAddress(block.header.coinbase.toString());
  for (const { address, storageKeys } of call.accessList ?? []) {
    journal.addAlwaysWarmAddress(address);
    for (const key of storageKeys) journal.addAlwaysWarmSlot(address, key);
  }
}

/** @param created the contract the call itself makes, which is warm anyhow. */
function accessedIn({ journal }: Execution["evm"], created: LibraryAddress | undefined): AccessListItem[] {
  return [...(journal.accessList ?? [])]
    .map(([address, slots]) => ({
      address: `0x${address}` as const,
      storageKeys: [...slots].map((slot) => `0x${slot}` as const),
    }))
    .filter(({ address, storageKeys }) => address !== created?.toString() || storageKeys.length > 0);
}

async function credit(
  { journal, stateManager }: Execution["evm"],
  to: LibraryAddress,
  wei: bigint,
): Promise<void> {
  const account = (await stateManager.getAccount(to)) ?? new Account();
  account.balance += wei;
  await journal.putAccount(to, account);
}

/** EIP-6780: only a contract of this very transaction goes. */
async function removeDestructed(
  { journal, common }: Execution["evm"],
  { selfdestruct, createdAddresses }: { selfdestruct?: Map<string, string>; createdAddresses?: Set<string> },
): Promise<void> {
  for (const address of selfdestruct?.keys() ?? []) {
    if (common.isActivatedEIP(6780) && createdAddresses?.has(address) !== true) continue;
    await journal.deleteAccount(createAddressFromString(address));
  }
}

function outcomeOf(
  error: string | undefined,
  returnData: Hex,
): Pick<MessageOutcome, "status" | "returnData" | "error"> {
  if (error === undefined) return { status: "success", returnData, error: null };
  if (error === EVMError.errorMessages.REVERT) {
    return { status: "revert", returnData, error: "execution reverted" };
  }
  return { status: "halt", returnData: "0x", error: haltReason(error) };
}
