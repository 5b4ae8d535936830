import { causewayConfigSchema } from "@causeway/protocol/genesis";
import { z } from "zod";

const {
  bridge: _bridge,
  override: _override,
  upgrades: _upgrades,
  minValidators: _minValidators,
  ...numbers
} = causewayConfigSchema.shape;

/** Protocol numbers of a network, all optional: what it leaves out is X7's default. */
export const presetSchema = z.strictObject(numbers).partial().transform(withoutUndefined);

export type Preset = z.output<typeof presetSchema>;

/** A missing key must stay missing, not become undefined over a default. */
function withoutUndefined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
