const LOCAL_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether a browser page from this origin may use the node. Pages served from this machine may, whatever their port;
 * others must be configured.
 * @param allowed origins such as "https://remix.ethereum.org"; "*" allows any.
 */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  if (allowed.includes("*") || allowed.includes(origin)) return true;
  return URL.canParse(origin) && LOCAL_HOSTS.has(new URL(origin).hostname);
}
