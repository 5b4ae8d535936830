import type { Hex } from "@causeway/protocol/hex";
import { EVMError } from "@ethereumjs/evm";
import { Account, type Address, createAddressFromString, createZeroAddress } from "@ethereumjs/util";
import { maxOf, minOf } from "../../bigints.js";
import type { CallRequest } from "../../chainReader.js";
import { fromHex, toHex } from "../../codec/hex.js";
import { intrinsicGas } from "../../rules/intrinsicGas.js";
import type { BlockContext, EngineCall, EngineCallResult } from "../engine.js";
import { applyStateOverrides } from "./applyStateOverrides.js";
import { contextBlock } from "./contextBlock.js";
import type { Execution } from "./engineContext.js";
import { haltReason } from "./haltReason.js";

/** EIP-3529: at most a fifth of the gas used comes back. */
const REFUND_QUOTIENT = 5n;

/**
 * eth_call: one message as a transaction would run it, without its checks of nonce, signature and sender code.
 * @param ready awaited when the state is as the call finds it, before its sender pays.
 */
export async function runCall(
  execution: Execution,
  base: BlockContext,
  call: EngineCall,
  ready: () => Promise<void> = async () => undefined,
): Promise<EngineCallResult> {
  const { evm, state, common } = execution;
  const { request, gas } = call;
  const price = gasPrice(request, base.baseFeePerGas ?? 0n);
  const context = overrideBlock(base, call, price);
  await evm.journal.checkpoint();
  if (call.stateOverrides !== undefined) await applyStateOverrides(execution, call.stateOverrides);
  await ready();

  const { intrinsic, floor } = requestGas(request);
  const minimum = maxOf(intrinsic, floor);
  if (gas < minimum) return refused(`intrinsic gas too low: have ${gas}, want ${minimum}`);
  const caller = request.from === undefined ? createZeroAddress() : createAddressFromString(request.from);
  const account = (await state.getAccount(caller)) ?? new Account();
  const cost = gas * price + (request.value ?? 0n);
  if (account.balance < cost) {
    return refused(
      `insufficient funds for gas * price + value: address ${caller} have ${account.balance} want ${cost}`,
    );
  }
  account.balance -= gas * price;
  account.nonce = request.nonce ?? account.nonce;
  await state.putAccount(caller, account);

  const to = request.to == null ? undefined : createAddressFromString(request.to);
  warmUp(execution, request, caller, to, context);
  evm.interrupts = { signal: call.signal, deadlineMs: call.deadlineMs };
  const { execResult } = await evm.runCall({
    caller,
    origin: caller,
    ...(to === undefined ? {} : { to }),
    value: request.value ?? 0n,
    data: fromHex(request.data ?? "0x"),
    gasLimit: gas - intrinsic,
    gasPrice: price,
    block: contextBlock(context, common),
  });
  const spent = intrinsic + execResult.executionGasUsed;
  const refund = minOf(execResult.gasRefund ?? 0n, spent / REFUND_QUOTIENT);
  const gasUsed = maxOf(spent - refund, floor);
  const returnData = toHex(execResult.returnValue);
  return { ...outcome(execResult.exceptionError?.error, returnData), gasUsed, gasRefunded: refund };
}

function outcome(
  error: string | undefined,
  returnData: Hex,
): Pick<EngineCallResult, "status" | "returnData" | "error"> {
  if (error === undefined) return { status: "success", returnData, error: null };
  if (error === EVMError.errorMessages.REVERT)
    return { status: "revert", returnData, error: "execution reverted" };
  return { status: "halt", returnData: "0x", error: haltReason(error) };
}

function refused(error: string): EngineCallResult {
  return { status: "halt", returnData: "0x", gasUsed: 0n, gasRefunded: 0n, error };
}

/** Gas a request pays before it runs, and EIP-7623's floor. */
function requestGas(request: CallRequest): { intrinsic: bigint; floor: bigint } {
  return intrinsicGas({
    data: fromHex(request.data ?? "0x"),
    creation: request.to == null,
    accessList: request.accessList ?? [],
    authorizations: 0,
  });
}

/** Price per gas; 0 when the request names none, and then the base fee counts as 0 too, as in geth. */
function gasPrice(request: CallRequest, baseFee: bigint): bigint {
  if (request.gasPrice !== undefined) return request.gasPrice;
  const cap = request.maxFeePerGas ?? 0n;
  if (cap === 0n) return 0n;
  return minOf(baseFee + (request.maxPriorityFeePerGas ?? 0n), cap);
}

function overrideBlock(base: BlockContext, { blockOverrides }: EngineCall, price: bigint): BlockContext {
  return {
    ...base,
    number: blockOverrides?.number ?? base.number,
    timestamp: blockOverrides?.timestamp ?? base.timestamp,
    gasLimit: blockOverrides?.gasLimit ?? base.gasLimit,
    miner: blockOverrides?.coinbase ?? base.miner,
    mixHash: blockOverrides?.prevRandao ?? base.mixHash,
    baseFeePerGas:
      blockOverrides?.baseFeePerGas ??
      (price === 0n && base.baseFeePerGas !== null ? 0n : base.baseFeePerGas),
  };
}

/** EIP-2929, 2930, 3651: what a transaction finds warm. */
function warmUp(
  { evm }: Execution,
  request: CallRequest,
  caller: Address,
  to: Address | undefined,
  context: BlockContext,
): void {
  for (const precompile of evm.precompiles.keys()) evm.journal.addAlwaysWarmAddress(precompile);
  evm.journal.addAlwaysWarmAddress(caller.toString());
  if (to !== undefined) evm.journal.addAlwaysWarmAddress(to.toString());
  evm.journal.addAlwaysWarmAddress(context.miner);
  for (const { address, storageKeys } of request.accessList ?? []) {
    evm.journal.addAlwaysWarmAddress(address);
    for (const key of storageKeys) evm.journal.addAlwaysWarmSlot(address, key);
  }
}
