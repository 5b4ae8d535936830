import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import { isChainError } from "../../chainError.js";
import { SIMULATION_FAULT } from "../../simulate/simulationFault.js";
import type { BlockContext, EngineCall, EngineCallResult } from "../engine.js";
import type { FilledCall } from "../simulation.js";
import { applyMessage } from "./applyMessage.js";
import { applyStateOverrides } from "./applyStateOverrides.js";
import { contextBlock } from "./contextBlock.js";
import type { Execution } from "./engineContext.js";
import { messageFees } from "./messageFees.js";

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
  const { request, gas, stateOverrides, reportAccess } = call;
  // For show, as in geth: whoever wants another nonce than the state's overrides that one.
  const nonce = request.nonce ?? 0n;
  const filled: FilledCall = { ...request, from: request.from ?? ZERO_ADDRESS, nonce, gas };
  const block = contextBlock(overrideBlock(base, call, filled), execution.common);
  const blobBaseFee = call.blockOverrides?.blobBaseFee;
  if (blobBaseFee !== undefined) block.header.getBlobGasPrice = () => blobBaseFee;
  if (stateOverrides !== undefined) await applyStateOverrides(execution, stateOverrides);
  await ready();
  execution.evm.interrupts = { signal: call.signal, deadlineMs: call.deadlineMs };
  try {
    const outcome = await applyMessage(execution, block, filled, { validation: false, reportAccess });
    const { status, returnData, error, gasUsed, gasBeforeRefund, accessed } = outcome;
    return { status, returnData, error, gasUsed, gasRefunded: gasBeforeRefund - gasUsed, accessed };
  } catch (error) {
    if (!isChainError(error) || !error.code.startsWith(SIMULATION_FAULT)) throw error;
    return {
      status: "halt",
      returnData: "0x",
      error: error.message,
      gasUsed: 0n,
      gasRefunded: 0n,
      accessed: [],
    };
  }
}

/** Where a call pays nothing for its gas, the base fee counts as 0 too, as in geth. */
function overrideBlock(
  { wideTimestamp: baseTimestamp, ...base }: BlockContext,
  { blockOverrides }: EngineCall,
  call: FilledCall,
): BlockContext & { readonly wideNumber?: bigint } {
  const { wideNumber } = blockOverrides ?? {};
  const wideTimestamp =
    blockOverrides?.timestamp === undefined ? baseTimestamp : blockOverrides.wideTimestamp;
  const perGas = base.baseFeePerGas ?? 0n;
  const { price } = messageFees(call, { perGas, perBlobGas: 0n }, { validation: false });
  const baseFee = blockOverrides?.baseFeePerGas ?? (price === 0n ? 0n : base.baseFeePerGas);
  return {
    ...base,
    number: blockOverrides?.number ?? base.number,
    ...(wideNumber === undefined ? {} : { wideNumber }),
    timestamp: blockOverrides?.timestamp ?? base.timestamp,
    ...(wideTimestamp === undefined ? {} : { wideTimestamp }),
    gasLimit: blockOverrides?.gasLimit ?? base.gasLimit,
    miner: blockOverrides?.coinbase ?? base.miner,
    mixHash: blockOverrides?.prevRandao ?? base.mixHash,
    baseFeePerGas: base.baseFeePerGas === null ? null : baseFee,
  };
}
