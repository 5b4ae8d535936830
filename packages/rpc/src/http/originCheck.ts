const LOCAL_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether a browser page from this origin may use the node: only those that are configured.
 * @param allowed origins such as "https://remix.ethereum.org"; "localhost" stands for every page served from this
 *   machine, whatever its port, and "*" for any.
 */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  if (allowed.includes("*") || allowed.includes(origin)) return true;
  return allowed.includes("localhost") && URL.canParse(origin) && LOCAL_HOSTS.has(new URL(origin).hostname);
}
