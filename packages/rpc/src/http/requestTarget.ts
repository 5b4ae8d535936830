import type { IncomingMessage } from "node:http";

/** What a request is for. */
export interface RequestTarget {
  /** Names of us that it goes by; none of a client that names no host. */
  readonly hosts: readonly string[];
  readonly path: string;
}

/** RFC 9112 §3.2: a path, or the whole URL, as clients behind a proxy send it, whose host counts as that of Host. */
export function requestTarget({ url = "", headers: { host } }: IncomingMessage): RequestTarget {
  const named = host === undefined ? [] : [host];
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    return { hosts: named, path: url.split("?", 1)[0] ?? "" };
  }
  const absolute = new URL(url);
  return { hosts: [...named, absolute.host], path: absolute.pathname };
}
