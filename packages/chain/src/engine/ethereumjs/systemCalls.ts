import { SYSTEM_CONTRACTS } from "@causeway/protocol/predeploys";
import type { Block } from "@ethereumjs/block";
import { type Address, createAddressFromString, hexToBytes, setLengthLeft } from "@ethereumjs/util";
import { integerBytes } from "../../codec/integerBytes.js";
import type { Execution } from "./engineContext.js";

/** Sender of system calls (EIP-4788). */
const SYSTEM_ADDRESS = createAddressFromString("0xfffffffffffffffffffffffffffffffffffffffe");
const SYSTEM_CALL_GAS = 30_000_000n;
/** EIP-4788 ring buffer. */
const BEACON_ROOTS_LENGTH = 8_191n;
/** EIP-2935 ring buffer. */
const HISTORY_LENGTH = 8_191n;
/** EIP-7685 request types. Deposits (0) cannot arise: their contract does not exist here. */
const WITHDRAWAL_REQUEST = 1;
const CONSOLIDATION_REQUEST = 2;

const beaconRoots = createAddressFromString(SYSTEM_CONTRACTS.beaconRoots);
const historyStorage = createAddressFromString(SYSTEM_CONTRACTS.historyStorage);
const withdrawalRequests = createAddressFromString(SYSTEM_CONTRACTS.withdrawalRequests);
const consolidationRequests = createAddressFromString(SYSTEM_CONTRACTS.consolidationRequests);

/** EIP-4788 and EIP-2935, before the first transaction; written as the library's runBlock writes them (H3). */
export async function systemCallsBefore({ vm, state }: Execution, { header }: Block): Promise<void> {
  const index = header.timestamp % BEACON_ROOTS_LENGTH;
  const root = header.parentBeaconBlockRoot;
  if (root === undefined) throw new Error("a block context without parentBeaconBlockRoot");
  await state.putStorage(beaconRoots, word(index), integerBytes(header.timestamp));
  await state.putStorage(beaconRoots, word(index + BEACON_ROOTS_LENGTH), root);
  await state.putStorage(historyStorage, word((header.number - 1n) % HISTORY_LENGTH), header.parentHash);
  await vm.evm.journal.cleanup();
}

/** EIP-7002 and EIP-7251, after the last transaction. @returns requests by type. */
export async function systemCallsAfter(
  execution: Execution,
): Promise<{ readonly type: number; readonly data: Uint8Array }[]> {
  return [
    { type: WITHDRAWAL_REQUEST, data: await systemCall(execution, withdrawalRequests) },
    { type: CONSOLIDATION_REQUEST, data: await systemCall(execution, consolidationRequests) },
  ];
}

async function systemCall({ evm, state }: Execution, to: Address): Promise<Uint8Array> {
  const before = await state.getAccount(SYSTEM_ADDRESS);
  const { execResult } = await evm.runCall({ caller: SYSTEM_ADDRESS, gasLimit: SYSTEM_CALL_GAS, to });
  if (execResult.exceptionError !== undefined) {
    throw new Error(`system call to ${to} failed: ${execResult.exceptionError.error}`);
  }
  // The call raised the caller's nonce, which no rule allows.
  if (before === undefined) await state.deleteAccount(SYSTEM_ADDRESS);
  else await state.putAccount(SYSTEM_ADDRESS, before);
  return execResult.returnValue;
}

function word(value: bigint): Uint8Array {
  return setLengthLeft(value === 0n ? hexToBytes("0x00") : integerBytes(value), 32);
}
