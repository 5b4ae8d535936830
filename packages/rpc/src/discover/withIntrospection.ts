import type { Json } from "../json.js";
import { type Method, methodFor } from "../method.js";
import { openRpcDocument } from "./openRpcDocument.js";

/** geth's version of every namespace. */
const NAMESPACE_VERSION = "1.0";

/** A server's methods by name, with those that tell of all of them: rpc_modules and rpc.discover (OpenRPC). */
export function withIntrospection<Context>(
  title: string,
  methods: readonly Method<Context>[],
): ReadonlyMap<string, Method<Context>> {
  const table = new Map(methods.map((method) => [method.name, method]));
  const defineHere = methodFor<Context>();
  const modules = defineHere("rpc_modules", [], () => namespaces(table.keys()));
  let document: Json | null = null;
  const discover = defineHere("rpc.discover", [], () => {
    document ??= openRpcDocument(title, [...table.values()]);
    return document;
  });
  for (const method of [modules, discover]) table.set(method.name, method);
  return table;
}

/** What stands before the first underscore or dot of each name. */
function namespaces(names: Iterable<string>): Json {
  const found = new Set([...names].map((name) => name.split(/[_.]/, 1)[0] as string));
  return Object.fromEntries([...found].sort().map((namespace) => [namespace, NAMESPACE_VERSION]));
}
