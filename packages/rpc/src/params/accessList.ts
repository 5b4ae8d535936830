import type { AccessListItem } from "@causeway/chain/types/transaction";
import { z } from "zod";
import { address, hash } from "./hex.js";

/** EIP-2930. */
export const accessList: z.ZodType<readonly AccessListItem[]> = z.array(
  z.object({ address, storageKeys: z.array(hash).default([]) }),
);
