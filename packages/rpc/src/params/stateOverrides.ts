import type { StateOverrides } from "@causeway/chain/types/call";
import type { Address, Hash } from "@causeway/protocol/hex";
import { getAddress } from "ethers";
import { z } from "zod";
import { definedFields } from "../definedFields.js";
import { serverError } from "../rpcError.js";
import { address, bytes, hash, uint64, wei } from "./hex.js";

const slots = z
  .record(z.string(), hash)
  .transform((record, context): ReadonlyMap<Hash, Hash> => keyed(record, hash, context));

const account = z
  .object({
    balance: wei.nullish(),
    nonce: uint64.nullish(),
    code: bytes.nullish(),
    state: slots.nullish(),
    stateDiff: slots.nullish(),
    movePrecompileToAddress: address.nullish(),
  })
  .nullable()
  // geth takes null for one that overrides nothing.
  .transform((override) => definedFields(override ?? {}));

/** Third parameter of eth_call (geth's StateOverride). */
export const stateOverrides: z.ZodType<StateOverrides> = z
  .record(z.string(), account)
  .transform(
    (record, context): StateOverrides => keyed<Address, typeof account._output>(record, address, context),
  )
  .transform((overrides) => {
    for (const [address, { state, stateDiff }] of overrides) {
      if (state === undefined || stateDiff === undefined) continue;
      // Not a fault of form: geth finds it when it applies them.
      throw serverError(`account ${getAddress(address)} has both 'state' and 'stateDiff'`);
    }
    return overrides;
  });

function keyed<K extends string, V>(
  record: Readonly<Record<string, V>>,
  key: z.ZodType<K>,
  context: z.core.$RefinementCtx,
): ReadonlyMap<K, V> {
  const map = new Map<K, V>();
  for (const [text, value] of Object.entries(record)) {
    const parsed = key.safeParse(text);
    if (parsed.success) map.set(parsed.data, value);
    else
      context.issues.push({
        code: "custom",
        message: `key ${text.slice(0, 80)} is not an address or slot`,
        input: record,
      });
  }
  return map;
}
