import type { Address, Hex } from "@causeway/protocol/hex";
import type { Block } from "@ethereumjs/block";
import type { Common } from "@ethereumjs/common";
import { EVMError, type ExecResult, getActivePrecompiles } from "@ethereumjs/evm";
import { Account, createAddressFromString, type Address as LibraryAddress } from "@ethereumjs/util";
import { maxOf, minOf } from "../../bigints.js";
import { fromHex, toHex } from "../../codec/hex.js";
import { NONCE_MAX } from "../../rules/transactionRules.js";
import type { AccessListItem } from "../../types/transaction.js";
import type { EngineLog } from "../engine.js";
import type { FilledCall, MessageRules } from "../simulation.js";
import { applyAuthorizations } from "./applyAuthorizations.js";
import { checkMessage } from "./checkMessage.js";
import type { Execution } from "./engineContext.js";
import { forkOf } from "./forkCommons.js";
import { messageFees } from "./messageFees.js";
import { failureReason } from "./opcodes.js";

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
  const { header } = block;
  const baseFee = header.baseFeePerGas ?? 0n;
  const hasBlobs = call.blobVersionedHashes !== undefined && header.excessBlobGas !== undefined;
  const fees = messageFees(
    call,
    { perGas: baseFee, perBlobGas: hasBlobs ? header.getBlobGasPrice() : 0n },
    rules,
  );
  const caller = createAddressFromString(call.from);
  const sender = (await state.getAccount(caller)) ?? new Account();
  const { nonce, balance } = sender;
  const { intrinsic, floor } = checkMessage(
    call,
    fees,
    { nonce, balance, baseFee, fork: forkOf(common) },
    rules,
  );

  await evm.journal.cleanup();
  await evm.journal.checkpoint();
  if (rules.reportAccess === true) evm.journal.startReportingAccessList();
  sender.balance -= call.gas * fees.price + fees.blobGas * fees.blobPrice;
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
  if (!fees.free) await credit(evm, header.coinbase, gasUsed * (fees.price - baseFee));
  await removeDestructed(evm, execResult);
  const accessed = accessedIn(evm, call.to == null ? createdAddress : undefined);
  await evm.journal.commit();
  await evm.journal.cleanup();
  state.originalStorageCache.clear();
  return {
    ...outcomeOf(execResult, call.to == null, common),
    gasUsed,
    gasBeforeRefund: maxOf(spent, floor),
    effectiveGasPrice: fees.price,
    blobGasUsed: fees.blobGas,
    contractAddress: call.to == null && createdAddress !== undefined ? toHex(createdAddress.bytes) : null,
    logs: (execResult.logs ?? []).map(([address, topics, data]) => ({
      address: toHex(address),
      topics: topics.map(toHex),
      data: toHex(data),
    })),
    accessed,
  };
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
  result: ExecResult,
  creates: boolean,
  common: Common,
): Pick<MessageOutcome, "status" | "returnData" | "error"> {
  const error = failureReason(result, creates, common);
  const returnData = toHex(result.returnValue);
  if (error === null) return { status: "success", returnData, error };
  if (result.exceptionError?.error === EVMError.errorMessages.REVERT) {
    return { status: "revert", returnData, error };
  }
  return { status: "halt", returnData: "0x", error };
}
