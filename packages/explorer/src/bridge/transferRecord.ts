import { ETH_TOKEN, type TransferData } from "@causeway/protocol/transferData";
import type { Direction, TransferPayload, TransferState, TransferStep } from "../feed/feedProtocol.js";
import type { BridgeFact } from "./bridgeFact.js";

/** All that both chains said of one transfer; its state is computed from this and nothing else. */
export interface TransferRecord {
  readonly direction: Direction;
  readonly nonce: number;
  /** null while only the other side was heard of. */
  readonly source:
    | (Omit<TransferData, "amount" | "originChainId"> & JsonAmounts & { readonly step: TransferStep })
    | null;
  /** L1 no longer holds the deposit it showed. */
  readonly dropped: boolean;
  readonly proof: TransferStep | null;
  readonly delivery: { readonly step: TransferStep; readonly success: boolean } | null;
}

/** bigints as decimals: records are kept as JSON. */
interface JsonAmounts {
  readonly originChainId: string;
  readonly amount: string;
}

export interface TokenMetadata {
  readonly symbol: string;
  readonly decimals: number;
}

const ETH: TokenMetadata = { symbol: "ETH", decimals: 18 };

export function newRecord(direction: Direction, nonce: number): TransferRecord {
  return { direction, nonce, source: null, dropped: false, proof: null, delivery: null };
}

/** The record after one more fact about it. `proved` facts reach records through {@link withProof}. */
export function withFact(
  record: TransferRecord,
  fact: Exclude<BridgeFact, { kind: "proved" }>,
): TransferRecord {
  switch (fact.kind) {
    case "sent": {
      const { originChainId, originToken, from, to, amount } = fact.transfer;
      const source = {
        originChainId: originChainId.toString(),
        originToken,
        from,
        to,
        amount: amount.toString(),
        step: fact.step,
      };
      return { ...record, source, dropped: false };
    }
    case "delivered":
      return { ...record, delivery: { step: fact.step, success: fact.success } };
    case "retried":
      return { ...record, delivery: { step: fact.step, success: true } };
    case "cancelled":
      return { ...record, delivery: null, proof: null };
  }
}

/** The first proof that covers a transfer is the one to show. */
export function withProof(record: TransferRecord, count: number, step: TransferStep): TransferRecord {
  if (record.nonce >= count || record.proof !== null) return record;
  return { ...record, proof: step };
}

/** Forget what L1 said before it was final; what still holds is said again. */
export function withoutProvisional(record: TransferRecord): TransferRecord {
  const kept = <T extends TransferStep | null>(step: T): T | null => (step?.final === false ? null : step);
  return {
    ...record,
    dropped: record.dropped || record.source?.step.final === false,
    proof: kept(record.proof),
    delivery: record.delivery?.step.final === false ? null : record.delivery,
  };
}

export function transferState({
  direction,
  source,
  dropped,
  proof,
  delivery,
}: TransferRecord): TransferState {
  if (delivery !== null && !delivery.success) return "failed";
  if (direction === "deposit") {
    if (delivery !== null) return "delivered";
    if (dropped) return "reorged";
    if (proof !== null) return "attested";
    return source?.step.final === true ? "final" : "seen";
  }
  if (delivery !== null) return "claimed";
  if (proof !== null) return proof.final ? "claimable" : "checkpointSent";
  return "certified";
}

/** Nothing more is expected: neither chain can take any of it back. */
export function isSettled({ source, dropped, delivery }: TransferRecord): boolean {
  if (source === null || delivery === null || dropped) return false;
  return source.step.final && delivery.success && delivery.step.final;
}

/** @returns null while the source was not seen. */
export function transferPayload(record: TransferRecord, token: TokenMetadata | null): TransferPayload | null {
  const { direction, nonce, source, proof, delivery } = record;
  if (source === null) return null;
  const shown = source.originToken === ETH_TOKEN ? ETH : token;
  return {
    direction,
    nonce,
    state: transferState(record),
    token: {
      originChainId: source.originChainId,
      originToken: source.originToken,
      symbol: shown?.symbol ?? null,
      decimals: shown?.decimals ?? null,
    },
    amount: source.amount,
    from: source.from,
    to: source.to,
    source: source.step,
    proof,
    delivery: delivery?.step ?? null,
  };
}
