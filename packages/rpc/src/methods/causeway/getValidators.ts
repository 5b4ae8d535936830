import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { quantity } from "../../format/quantity.js";
import { heightOf } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRefOrLatest } from "../../params/blockRef.js";

/** X3: S(h). "pending" is the set that seals the next block. Null beyond that and for unknown hashes. */
export const causewayGetValidators = defineMethod(
  "causeway_getValidators",
  [blockRefOrLatest],
  async (context, ref) => {
    const { reader } = context;
    const height = await heightAsked();
    const validators = height === null ? null : await reader.validators(height);
    if (height === null || validators === null) return null;
    return { height: quantity(height), validators, hash: validatorSetHash(validators) };

    async function heightAsked(): Promise<number | null> {
      if (ref === "pending") return reader.headNumber() + 1;
      if (typeof ref !== "object") return heightOf(context, ref);
      return (await reader.header(ref.hash))?.number ?? null;
    }
  },
);
