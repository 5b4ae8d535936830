import { z } from "zod";
import { quantity } from "../../format/quantity.js";
import { stateHeight } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { address } from "../../params/hex.js";
import { storageKey } from "../../params/storageKey.js";

/** geth's bound. */
const SLOTS_MAX = 1_024;

/** EIP-1186. Keys come back in the form they were asked in, as from geth. */
export const ethGetProof = defineMethod(
  "eth_getProof",
  [address, z.array(storageKey).max(SLOTS_MAX, `too many slots (max ${SLOTS_MAX})`), blockRefOrLatest],
  async (context, address, keys, ref) => {
    const height = await stateHeight(context, ref);
    const slots = keys.map(({ slot }) => slot);
    const proof = await context.reader.proof(address, slots, height);
    return {
      address,
      accountProof: proof.accountProof,
      balance: quantity(proof.balance),
      codeHash: proof.codeHash,
      nonce: quantity(proof.nonce),
      storageHash: proof.storageHash,
      storageProof: proof.storageProof.map(({ value, proof: nodes }, index) => ({
        key: keys[index]?.full ? slots[index] : quantity(BigInt(slots[index] ?? 0)),
        value: quantity(value),
        proof: nodes,
      })),
    };
  },
);
