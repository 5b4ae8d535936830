import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import { createBlock } from "@ethereumjs/block";
import { Account, bytesToHex, createAddressFromString, hexToBytes } from "@ethereumjs/util";
import { chainError } from "../chainError.js";
import { EMPTY_ROOT } from "../codec/header.js";
import { loadPrecompileBackends } from "../crypto/precompileBackends.js";
import { chainCommon, type ForkConfig } from "../engine/ethereumjs/chainCommon.js";
import { InterruptibleEvm } from "../engine/ethereumjs/interruptibleEvm.js";
import { EMPTY_NODES } from "../engine/ethereumjs/nodeSource.js";
import { OverlayDb } from "../engine/ethereumjs/overlayDb.js";
import { openState, type ViewStateManager } from "../engine/ethereumjs/viewStateManager.js";

/** EIP-170, in bytes. */
const CODE_SIZE_MAX = 24_576;
/** Far above what any constructor of ours takes. */
const CONSTRUCTOR_GAS = 100_000_000n;

export interface ConstructedContract {
  readonly code: Hex;
  /** Slots other than zero. */
  readonly storage: ReadonlyMap<Hash, Hash>;
}

/**
 * Run a constructor at an address of an otherwise empty chain (B9): block.chainid is the new chain's, the caller is
 * the zero address, no value.
 * @param creationCode creation bytecode with ABI-encoded arguments appended.
 * @throws ChainError "ConstructorFailed" naming the contract.
 */
export async function runConstructor(
  name: string,
  address: Address,
  creationCode: Hex,
  config: ForkConfig,
  timestamp: number,
): Promise<ConstructedContract> {
  const backends = await loadPrecompileBackends();
  const common = chainCommon(config, backends);
  const state = openState(EMPTY_ROOT, new OverlayDb(EMPTY_NODES), common);
  const to = createAddressFromString(address);
  await state.putAccount(to, new Account(1n));
  const written = recordSlots(state);
  const evm = new InterruptibleEvm({
    common,
    stateManager: state,
    blockchain: NO_BLOCKS,
    bls: backends.bls,
    bn254: backends.bn254,
  });
  const result = await evm.runCode({
    to,
    code: hexToBytes(creationCode),
    data: new Uint8Array(),
    gasLimit: CONSTRUCTOR_GAS,
    block: createBlock({ header: { timestamp } }, { common }),
  });
  if (result.exceptionError !== undefined) {
    throw chainError(
      "ConstructorFailed",
      `genesis: the constructor of ${name} failed with ${result.exceptionError.error}, data ${bytesToHex(result.returnValue)} (B9)`,
    );
  }
  const code = result.returnValue;
  if (code.length === 0 || code.length > CODE_SIZE_MAX) {
    throw chainError("ConstructorFailed", `genesis: ${name} has ${code.length} bytes of code (EIP-170)`);
  }
  return { code: bytesToHex(code), storage: await readSlots(state, to, written) };
}

const NO_BLOCKS = {
  getBlock: async () => ({ hash: () => new Uint8Array(32) }),
  putBlock: async () => {},
  shallowCopy() {
    return this;
  },
};

/** The trie keeps only hashes of slot numbers, so they are noted while written. */
function recordSlots(state: ViewStateManager): Set<Hash> {
  const slots = new Set<Hash>();
  const put = state.putStorage.bind(state);
  state.putStorage = async (address, key, value) => {
    slots.add(bytesToHex(key));
    await put(address, key, value);
  };
  return slots;
}

async function readSlots(
  state: ViewStateManager,
  address: Parameters<ViewStateManager["getStorage"]>[0],
  slots: ReadonlySet<Hash>,
): Promise<Map<Hash, Hash>> {
  const storage = new Map<Hash, Hash>();
  for (const slot of [...slots].sort()) {
    const value = await state.getStorage(address, hexToBytes(slot));
    if (value.length > 0) storage.set(slot, `0x${bytesToHex(value).slice(2).padStart(64, "0")}`);
  }
  return storage;
}
