import type { Json } from "../json.js";
import type { Method } from "../method.js";
import { inputSchema } from "../params/inputSchema.js";
import { METHOD_DESCRIPTIONS, type MethodDescription } from "./methodDescriptions.js";
import { RESULT_SCHEMAS } from "./resultSchemas.js";

const OPENRPC_VERSION = "1.3.2";
/** Of the interface, not of the program. */
const INTERFACE_VERSION = "1.0.0";

type Described = Pick<Method, "name" | "params">;

/** The OpenRPC document of these methods: parameters from what decodes them, the rest from their descriptions. */
export function openRpcDocument(title: string, methods: readonly Described[]): Json {
  return {
    openrpc: OPENRPC_VERSION,
    info: {
      title,
      version: INTERFACE_VERSION,
      description: "Exactly the methods that this port of this node serves.",
    },
    methods: [...methods].sort((a, b) => (a.name < b.name ? -1 : 1)).map(methodObject),
    components: { schemas: RESULT_SCHEMAS },
  };
}

function methodObject({ name, params }: Described): Json {
  const { summary, paramNames, result }: MethodDescription = METHOD_DESCRIPTIONS[name] ?? {
    summary: name,
    paramNames: [],
    result: "any",
  };
  return {
    name,
    summary,
    tags: [{ name: name.split(/[_.]/, 1)[0] as string }],
    paramStructure: "by-position",
    params: params.map((schema, index) => ({
      name: paramNames[index] ?? `argument ${index}`,
      required: !schema.safeParse(undefined).success,
      schema: inputSchema(schema) as Json,
    })),
    result: { name: "Result", schema: resultSchema(result) },
  };
}

/** A named schema; `Name[]` is a list of it and `Name?` may be null. */
function resultSchema(type: string): Json {
  if (type.endsWith("?")) return { oneOf: [resultSchema(type.slice(0, -1)), { type: "null" }] };
  if (type.endsWith("[]")) return { type: "array", items: resultSchema(type.slice(0, -2)) };
  return { $ref: `#/components/schemas/${type}` };
}
