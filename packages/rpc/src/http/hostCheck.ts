import { isIP } from "node:net";

/**
 * Whether a request's Host names us. A page on a foreign domain that resolves to this machine (DNS rebinding) sends its
 * own domain, so names are checked; an address cannot be rebound and always passes, as with geth.
 * @param allowed names besides localhost; "*" allows any.
 */
export function isAllowedHost(host: string, allowed: readonly string[]): boolean {
  if (allowed.includes("*")) return true;
  const name = host.replace(/:\d+$/, "").toLowerCase();
  if (isIP(name.replace(/^\[|\]$/g, "")) !== 0) return true;
  return name === "localhost" || allowed.some((entry) => entry.toLowerCase() === name);
}
