import {
  BRIDGED_ERC20,
  ETHEREUM_VIEW,
  MINT,
  ORDERED_INBOX,
  OUTBOX,
  VALIDATOR_SET,
} from "@causeway/bridge/contractInterfaces";
import type { Address, Hex } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { Interface } from "ethers";

const SYSTEM: Readonly<Record<Address, Interface>> = {
  [PREDEPLOYS.validatorSet]: VALIDATOR_SET,
  [PREDEPLOYS.outbox]: OUTBOX,
  [PREDEPLOYS.orderedInbox]: ORDERED_INBOX,
  [PREDEPLOYS.ethereumView]: ETHEREUM_VIEW,
  [PREDEPLOYS.mint]: MINT,
};

/**
 * What a call does, by name: certain for system contracts, for others a guess that they are ERC-20 tokens.
 * @returns null when the selector is neither's.
 */
export function methodName(to: Address | null, selector: Hex | null): string | null {
  if (to === null || selector === null) return null;
  return (SYSTEM[to] ?? BRIDGED_ERC20).getFunction(selector)?.name ?? null;
}
