import { relayerConfigSchema } from "@causeway/relayer/config";
import { z } from "zod";

/** A relayer's file: its settings, and where genesis and key are. Paths are relative to the file. */
export const relayerFileSchema = relayerConfigSchema.extend({
  genesis: z.string().min(1),
  keystore: z.string().min(1),
  passwordFile: z.string().min(1),
});

/** A relayer's file as written. */
export type RelayerFile = z.input<typeof relayerFileSchema>;
