import type { Address } from "@causeway/protocol/hex";
import { z } from "zod";
import { stateHeight } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { address } from "../../params/hex.js";
import { storageKey } from "../../params/storageKey.js";
import { invalidParams, RPC_CODE, RpcError } from "../../rpcError.js";

/** geth's bound, over all accounts. */
const SLOTS_MAX = 1_024;

const requests = z.record(z.string(), z.array(storageKey)).superRefine((record, context) => {
  for (const key of Object.keys(record)) {
    for (const { message } of address.safeParse(key).error?.issues ?? []) {
      context.addIssue({ code: "custom", message, path: [key] });
    }
  }
});

/** Many slots of many accounts at one block. */
export const ethGetStorageValues = defineMethod(
  "eth_getStorageValues",
  [requests, blockRefOrLatest],
  async (context, requests, ref) => {
    const slots = Object.values(requests).reduce((sum, keys) => sum + keys.length, 0);
    if (slots === 0) throw invalidParams("empty request");
    if (slots > SLOTS_MAX)
      throw new RpcError(RPC_CODE.clientLimitExceeded, `too many slots (max ${SLOTS_MAX})`);
    const height = await stateHeight(context, ref);
    const values: Record<string, string[]> = {};
    for (const [account, keys] of Object.entries(requests)) {
      const address = account.toLowerCase() as Address;
      await context.scope.step();
      values[address] = await Promise.all(
        keys.map(({ slot }) => context.reader.storage(address, slot, height)),
      );
    }
    return values;
  },
);
