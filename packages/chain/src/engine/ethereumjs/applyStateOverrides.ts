import type { Address } from "@causeway/protocol/hex";
import { Account, createAddressFromString, toChecksumAddress } from "@ethereumjs/util";
import { fromHex } from "../../codec/hex.js";
import { simulationFault } from "../../simulate/simulationFault.js";
import type { StateOverrides } from "../../types/call.js";
import type { Execution } from "./engineContext.js";

/**
 * Put overrides into a view that will be thrown away. An overridden precompile answers no longer: code put there runs.
 * @throws ChainError "Simulation.PrecompileMove" and "Simulation.PrecompileToItself" for a move that makes no sense.
 */
export async function applyStateOverrides(
  { evm, state }: Pick<Execution, "evm" | "state">,
  overrides: StateOverrides,
): Promise<void> {
  movePrecompiles(evm.precompiles, overrides);
  for (const [key, override] of overrides) {
    const { balance, nonce, code, state: storage, stateDiff } = override;
    if ([balance, nonce, code, storage, stateDiff].every((field) => field === undefined)) continue;
    const address = createAddressFromString(key);
    const account = (await state.getAccount(address)) ?? new Account();
    account.balance = balance ?? account.balance;
    account.nonce = nonce ?? account.nonce;
    await state.putAccount(address, account);
    if (code !== undefined) await state.putCode(address, fromHex(code));
    if (storage !== undefined) await state.clearStorage(address);
    for (const [slot, value] of [...(storage ?? []), ...(stateDiff ?? [])]) {
      await state.putStorage(address, fromHex(slot), fromHex(value));
    }
  }
}

type Precompiles = Execution["evm"]["precompiles"];

/** By address, as geth does, so that the same request always fails at the same place. */
function movePrecompiles(precompiles: Precompiles, overrides: StateOverrides): void {
  const taken = new Set<Address>();
  for (const [address, { movePrecompileToAddress: target }] of [...overrides].sort(byAddress)) {
    if (taken.has(address)) {
      throw simulationFault(
        "PrecompileMove",
        `account ${toChecksumAddress(address)} has already been overridden by a precompile`,
      );
    }
    const precompile = precompiles.get(address.slice(2));
    if (target !== undefined) {
      if (precompile === undefined) {
        throw simulationFault("PrecompileMove", `account ${toChecksumAddress(address)} is not a precompile`);
      }
      if (target === address) {
        throw simulationFault("PrecompileToItself", `precompile ${address} is moved to itself`);
      }
      if (overrides.has(target)) {
        throw simulationFault("PrecompileMove", `account ${toChecksumAddress(target)} is already overridden`);
      }
      precompiles.set(target.slice(2), precompile);
      taken.add(target);
    }
    precompiles.delete(address.slice(2));
  }
}

function byAddress([a]: readonly [Address, unknown], [b]: readonly [Address, unknown]): number {
  return a < b ? -1 : 1;
}
