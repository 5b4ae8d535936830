import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";

interface OpenRpc {
  readonly methods: readonly { readonly name: string; readonly result: { readonly schema: object } }[];
}

/** Checks results against the schemas of an openrpc.json, compiled when first needed. */
export class ResultSchemas {
  readonly #ajv = new Ajv({ strict: false, allErrors: false });
  readonly #schemas: ReadonlyMap<string, object>;
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(suite: string) {
    const { methods } = JSON.parse(readFileSync(join(suite, "openrpc.json"), "utf8")) as OpenRpc;
    this.#schemas = new Map(methods.map(({ name, result }) => [name, result.schema]));
  }

  /** @returns where and how the result breaks the schema of `method`, or null. @throws Error for an unknown method. */
  fault(method: string, result: unknown): string | null {
    const validate = this.#compiled.get(method) ?? this.#compile(method);
    if (validate(result)) return null;
    const [error] = validate.errors ?? [];
    return `$.result${(error?.instancePath ?? "").replaceAll("/", ".")}: ${error?.message ?? "invalid"}`;
  }

  #compile(method: string): ValidateFunction {
    const schema = this.#schemas.get(method);
    if (schema === undefined) throw new Error(`openrpc.json knows no method ${method}`);
    const validate = this.#ajv.compile(schema);
    this.#compiled.set(method, validate);
    return validate;
  }
}
