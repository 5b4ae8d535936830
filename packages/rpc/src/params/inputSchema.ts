import { z } from "zod";

/** JSON Schema of what a caller sends, before it is decoded. */
export function inputSchema(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return json;
}
