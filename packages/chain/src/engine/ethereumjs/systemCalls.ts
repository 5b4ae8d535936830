import type { Address, Hash } from "@causeway/protocol/hex";
import { SYSTEM_CONTRACTS } from "@causeway/protocol/predeploys";
import type { Block } from "@ethereumjs/block";
import { createAddressFromString, hexToBytes, setLengthLeft } from "@ethereumjs/util";
import { chainError } from "../../chainError.js";
import { fromHex, toHex } from "../../codec/hex.js";
import { integerBytes } from "../../codec/integerBytes.js";
import { keccak256 } from "../../crypto/nativeCrypto.js";
import { SYSTEM_CONTRACT_CODE } from "../../genesis/systemContractCode.js";
import { depositRequests } from "../../rules/ethereum/depositRequests.js";
import { EMPTY_CODE_HASH } from "../../rules/senderCode.js";
import type { EngineLog } from "../engine.js";
import type { Execution } from "./engineContext.js";
import { haltReason } from "./haltReason.js";

/** Sender of system calls (EIP-4788). */
const SYSTEM_ADDRESS = createAddressFromString("0xfffffffffffffffffffffffffffffffffffffffe");
const SYSTEM_CALL_GAS = 30_000_000n;
/** Ring buffers of EIP-4788 and EIP-2935. */
const BEACON_ROOTS_LENGTH = 8_191n;
const HISTORY_LENGTH = 8_191n;
/** EIP-7685 request types. */
const DEPOSIT_REQUEST = 0;
const WITHDRAWAL_REQUEST = 1;
const CONSOLIDATION_REQUEST = 2;

const { beaconRoots, historyStorage, withdrawalRequests, consolidationRequests } = SYSTEM_CONTRACTS;
/** Hashes of the code that the EIPs give. */
const STANDARD_CODE: ReadonlyMap<Address, Hash> = new Map(
  [...SYSTEM_CONTRACT_CODE].map(([address, code]) => [address, toHex(keccak256(fromHex(code)))]),
);

type Slots = readonly (readonly [slot: bigint, value: Uint8Array])[];

/** EIP-4788 and EIP-2935, before the first transaction. */
export async function systemCallsBefore(execution: Execution, block: Block): Promise<void> {
  const { common, evm } = execution;
  const { number, timestamp, parentHash, parentBeaconBlockRoot: root } = block.header;
  if (common.isActivatedEIP(4788)) {
    if (root === undefined) throw new Error("a block context without parentBeaconBlockRoot");
    const index = timestamp % BEACON_ROOTS_LENGTH;
    await tell(execution, block, beaconRoots, root, [
      [index, integerBytes(timestamp)],
      [index + BEACON_ROOTS_LENGTH, root],
    ]);
  }
  if (common.isActivatedEIP(2935)) {
    const index = (number - 1n) % HISTORY_LENGTH;
    await tell(execution, block, historyStorage, parentHash, [[index, parentHash]]);
  }
  await evm.journal.cleanup();
}

/**
 * EIP-6110, EIP-7002 and EIP-7251, after the last transaction.
 * @param logs of the block.
 * @returns requests by type; null before Prague.
 * @throws ChainError "H1.requests" where a contract is missing or fails: such a block is invalid.
 */
export async function systemCallsAfter(
  execution: Execution,
  block: Block,
  logs: Iterable<EngineLog>,
): Promise<{ readonly type: number; readonly data: Uint8Array }[] | null> {
  if (!execution.common.isActivatedEIP(7685)) return null;
  const deposits = depositRequests(logs, execution.depositContract);
  const withdrawals = await ask(execution, block, withdrawalRequests);
  const consolidations = await ask(execution, block, consolidationRequests);
  return [
    { type: DEPOSIT_REQUEST, data: deposits },
    { type: WITHDRAWAL_REQUEST, data: withdrawals },
    { type: CONSOLIDATION_REQUEST, data: consolidations },
  ];
}

/**
 * Call a contract that only keeps what it is told; that it fails or is missing invalidates nothing.
 * @param slots what the EIP's own code would write: it is known and need not run.
 */
async function tell(
  execution: Execution,
  block: Block,
  contract: Address,
  data: Uint8Array,
  slots: Slots,
): Promise<void> {
  const codeHash = await codeHashOf(execution, contract);
  if (codeHash === EMPTY_CODE_HASH) return;
  if (codeHash !== STANDARD_CODE.get(contract)) {
    await systemCall(execution, block, contract, data);
    return;
  }
  const address = createAddressFromString(contract);
  for (const [slot, value] of slots) await execution.state.putStorage(address, word(slot), value);
}

/** Call a contract for its requests. */
async function ask(execution: Execution, block: Block, contract: Address): Promise<Uint8Array> {
  if ((await codeHashOf(execution, contract)) === EMPTY_CODE_HASH) {
    throw chainError("H1.requests", `system contract ${contract} has no code (EIP-7002, EIP-7251, H1)`);
  }
  const { exceptionError, returnValue } = await systemCall(execution, block, contract, new Uint8Array());
  if (exceptionError === undefined) return returnValue;
  throw chainError(
    "H1.requests",
    `system call to ${contract} failed: ${haltReason(exceptionError.error)} (EIP-7002, EIP-7251, H1)`,
  );
}

/** A call that costs nobody anything and counts for no nonce. */
async function systemCall({ evm, state }: Execution, block: Block, contract: Address, data: Uint8Array) {
  const { execResult } = await evm.runCall({
    caller: SYSTEM_ADDRESS,
    gasLimit: SYSTEM_CALL_GAS,
    to: createAddressFromString(contract),
    data,
    block,
    skipNonceIncrement: true,
  });
  evm.transientStorage.clear();
  // Removes the caller again, which the call has touched and which is empty.
  await evm.journal.cleanup();
  state.originalStorageCache.clear();
  return execResult;
}

async function codeHashOf({ state }: Execution, contract: Address): Promise<Hash> {
  const account = await state.getAccount(createAddressFromString(contract));
  return account === undefined ? EMPTY_CODE_HASH : toHex(account.codeHash);
}

function word(value: bigint): Uint8Array {
  return setLengthLeft(value === 0n ? hexToBytes("0x00") : integerBytes(value), 32);
}
