import type { Address } from "@causeway/protocol/hex";
import { CONNECTIONS_PER_PEER_MAX, STRANGERS_MAX, UNPROVEN_MAX } from "../limits.js";

/** An open connection, and what gives it a slot. */
export interface Slot {
  /**
   * Kept: a peer the operator named. Validator: it proved the key of one in the set (N1). Stranger: it proved no such key.
   * Unproven: its handshake is not over.
   */
  readonly standing: "kept" | "validator" | "stranger" | "unproven";
  /** The validator's key. */
  readonly key: Address | null;
  /** Where it comes from, as {@link hostOf} tells. */
  readonly host: string;
  /** When it was opened, in milliseconds. */
  readonly openedAt: number;
}

/**
 * The connections to close so that the others have their slots. Each standing has slots of its own, so that strangers,
 * however many, take none of a validator's or a kept peer's (N5). Strangers stay as they came, and beyond their bound the
 * host with the most gives way. Of those that have proven nothing the oldest give way, for a handshake takes
 * much less time than they are given. A validator may not fill the slots with many peers of one key.
 * @param strangersPerHost slots of strangers from one host.
 */
export function surplusSlots<P extends Slot>(slots: readonly P[], strangersPerHost: number): P[] {
  const byAge = slots.toSorted((a, b) => a.openedAt - b.openedAt);
  const of = (standing: Slot["standing"]) => byAge.filter((slot) => slot.standing === standing);
  const keys = groups(of("validator"), ({ key }) => key);
  return [
    ...[...keys.values()].flatMap((own) => own.slice(0, -CONNECTIONS_PER_PEER_MAX)),
    ...surplus(of("stranger"), STRANGERS_MAX, strangersPerHost),
    ...surplus(of("unproven").reverse(), UNPROVEN_MAX, UNPROVEN_MAX),
  ];
}

/** Those beyond `max` in all and `hostMax` of one host: always the last of the host that has most, or came last. */
function surplus<P extends Slot>(slots: readonly P[], max: number, hostMax: number): P[] {
  const hosts = [...groups(slots, ({ host }) => host).values()];
  const gone: P[] = [];
  for (;;) {
    const most = hosts.reduce<P[]>((a, b) => (b.length >= a.length ? b : a), []);
    if (slots.length - gone.length <= max && most.length <= hostMax) return gone;
    gone.push(...most.splice(-1));
  }
}

function groups<P, K>(members: readonly P[], keyOf: (member: P) => K): Map<K, P[]> {
  const found = new Map<K, P[]>();
  for (const member of members) {
    const key = keyOf(member);
    found.set(key, [...(found.get(key) ?? []), member]);
  }
  return found;
}
