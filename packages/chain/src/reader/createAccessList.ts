import type { Address, Hash } from "@causeway/protocol/hex";
import type { EngineCallResult } from "../engine/engine.js";
import type { CallRequest } from "../types/call.js";
import type { AccessListItem } from "../types/transaction.js";

/** Runs after which a call that touches something new each time is given up; each is a whole call. */
const RUNS_MAX = 16;

/**
 * Run a call with what it touched before as its access list, until it touches nothing new: what it finds warm changes
 * its gas, and gas can change its way. Sender and recipient are warm anyhow: they are listed for their slots only.
 */
export async function createAccessList(
  attempt: (accessList: readonly AccessListItem[]) => Promise<EngineCallResult>,
  { accessList = [] }: CallRequest,
): Promise<{ readonly accessList: readonly AccessListItem[]; readonly result: EngineCallResult }> {
  const touched = new Map<Address, Set<Hash>>();
  add(touched, accessList);
  for (let run = 1; ; run++) {
    const list = [...touched].map(([address, slots]) => ({ address, storageKeys: [...slots] }));
    const result = await attempt(list);
    if (!add(touched, result.accessed) || run === RUNS_MAX) return { accessList: list, result };
  }
}

/** @returns whether anything was new. */
function add(touched: Map<Address, Set<Hash>>, list: readonly AccessListItem[]): boolean {
  let news = false;
  for (const { address, storageKeys } of list) {
    const slots = touched.get(address) ?? new Set();
    news ||= !touched.has(address) || storageKeys.some((slot) => !slots.has(slot));
    for (const slot of storageKeys) slots.add(slot);
    touched.set(address, slots);
  }
  return news;
}
