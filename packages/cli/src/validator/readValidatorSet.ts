import { VALIDATOR_SET } from "@causeway/bridge/contractInterfaces";
import { callContract, callUint } from "@causeway/bridge/rpc/callContract";
import { quantity, type RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { readValidators } from "@causeway/bridge/sidechain/readCertificate";
import type { Address } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { quorum } from "@causeway/protocol/quorum";
import { type Proposal, readProposals } from "./readProposals.js";

/** One consensus key: of the set in force, of the contract's list, or of both. */
export interface ValidatorEntry {
  readonly consensusKey: Address;
  /** null once it has left the list. */
  readonly operator: Address | null;
  /** Wei the operator has for gas. */
  readonly operatorBalance: bigint;
  /** It seals the next block. */
  readonly inForce: boolean;
  /** It is in the list that is read at the end of the epoch. */
  readonly inNextEpoch: boolean;
}

/** The validator set and what may change it, all at one block. */
export interface ValidatorSetState {
  readonly block: number;
  readonly epochLength: number;
  /** First block sealed by the list as it is now (V1). */
  readonly nextEpochFrom: number;
  /** Votes a change needs (V3). */
  readonly votesNeeded: number;
  /** Changes of validators still allowed in this epoch. */
  readonly churnLeft: number;
  readonly validators: readonly ValidatorEntry[];
  readonly attesters: readonly Address[];
  /** Open ones, oldest first. */
  readonly proposals: readonly Proposal[];
}

/** @throws {BridgeError} what the node does not answer as it should. */
export async function readValidatorSet(rpc: RpcReader): Promise<ValidatorSetState> {
  const block = Number(await rpc.send("eth_blockNumber", []));
  const call = (fn: string, ...args: unknown[]) =>
    callContract(rpc, PREDEPLOYS.validatorSet, VALIDATOR_SET, fn, args, block);
  const uint = async (fn: string) =>
    Number(await callUint(rpc, PREDEPLOYS.validatorSet, VALIDATOR_SET, fn, [], block));
  const epochLength = await uint("EPOCH_LENGTH");
  const inForce = await readValidators(rpc, block + 1);
  const list = await readList(rpc, block);
  const entry = async (consensusKey: Address): Promise<ValidatorEntry> => {
    const operator = list.includes(consensusKey)
      ? ((await call("operatorOf", consensusKey))[0] as string)
      : null;
    return {
      consensusKey,
      operator: operator === null ? null : (operator.toLowerCase() as Address),
      operatorBalance: BigInt(
        operator === null ? 0 : String(await rpc.send("eth_getBalance", [operator, quantity(block)])),
      ),
      inForce: inForce.includes(consensusKey),
      inNextEpoch: list.includes(consensusKey),
    };
  };
  return {
    block,
    epochLength,
    nextEpochFrom: nextEpochFrom(block, epochLength),
    votesNeeded: quorum(list.length),
    churnLeft: await uint("churnLeft"),
    validators: await Promise.all([...new Set([...inForce, ...list])].sort().map(entry)),
    attesters: addresses((await call("attesters"))[0]),
    proposals: await readProposals(rpc, block),
  };
}

/** First block sealed by a list that changed in block `block` + 1 at the earliest (V1). */
export function nextEpochFrom(block: number, epochLength: number): number {
  return (Math.floor(block / epochLength) + 1) * epochLength + 1;
}

/** The contract's list, which consensus reads at the end of the epoch. */
export async function readList(
  rpc: RpcReader,
  at: number | "latest" = "latest",
): Promise<readonly Address[]> {
  const [list] = await callContract(rpc, PREDEPLOYS.validatorSet, VALIDATOR_SET, "validators", [], at);
  return addresses(list);
}

function addresses(value: unknown): Address[] {
  return (value as string[]).map((address) => address.toLowerCase() as Address);
}
