import type { Address, Hash } from "@causeway/protocol/hex";
import { SIDECHAIN_VIEW } from "../contractInterfaces.js";
import { callContract, callHex, callUint } from "../rpc/callContract.js";
import type { BlockTag, RpcReader } from "../rpc/rpcReader.js";

/** What L1 has accepted of the sidechain (B5). Times in L1 seconds. */
export interface SidechainViewState {
  readonly height: number;
  readonly timestamp: number;
  readonly outboxCount: number;
  readonly inboxCount: number;
  readonly outboxRoot: Hash;
  readonly validatorSetHash: Hash;
  readonly acceptedAt: number;
  /** Zero while not frozen (B6). */
  readonly frozenAt: number;
  /** Accepted checkpoints, genesis included. */
  readonly records: number;
}

/** The newest state of SidechainView at a block. */
export async function readSidechainView(
  l1: RpcReader,
  view: Address,
  at: BlockTag,
): Promise<SidechainViewState> {
  const [head, outboxRoot, validatorSetHash, acceptedAt, frozenAt, records] = await Promise.all([
    callContract(l1, view, SIDECHAIN_VIEW, "head", [], at),
    callHex(l1, view, SIDECHAIN_VIEW, "headOutboxRoot", [], at),
    callHex(l1, view, SIDECHAIN_VIEW, "currentSetHash", [], at),
    callUint(l1, view, SIDECHAIN_VIEW, "headAcceptedAt", [], at),
    callUint(l1, view, SIDECHAIN_VIEW, "frozenAt", [], at),
    callUint(l1, view, SIDECHAIN_VIEW, "recordsLength", [], at),
  ]);
  const [height, timestamp, outboxCount, inboxCount] = head.map(Number);
  return {
    height: height ?? 0,
    timestamp: timestamp ?? 0,
    outboxCount: outboxCount ?? 0,
    inboxCount: inboxCount ?? 0,
    outboxRoot,
    validatorSetHash,
    acceptedAt: Number(acceptedAt),
    frozenAt: Number(frozenAt),
    records: Number(records),
  };
}
