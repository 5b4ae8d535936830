import type { IncomingMessage } from "node:http";
import { isAllowedHost } from "./hostCheck.js";
import { requestTarget } from "./requestTarget.js";

/** HTTP answer to a request that is not served. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** Who may ask at all. */
export interface Access {
  /** Host names besides localhost and plain addresses; "*" allows any. */
  readonly hosts: readonly string[];
  /** Browser origins; "localhost" stands for the pages of this machine, "*" allows any. */
  readonly origins: readonly string[];
  /** Further conditions of this port; null when the request meets them. */
  readonly authorize?: (request: IncomingMessage) => Refusal | null;
}

/** Why a request, upgrade or not, is refused before anything else is looked at; null when it is not. */
export function refusalOf(request: IncomingMessage, { hosts, authorize }: Access): Refusal | null {
  if (!requestTarget(request).hosts.every((host) => isAllowedHost(host, hosts))) {
    return {
      status: 403,
      message: `invalid host specified: this node does not go by the name in the Host header (--rpc-hosts)`,
    };
  }
  return authorize?.(request) ?? null;
}
