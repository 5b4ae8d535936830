import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/**
 * Whom requests count for where clients take turns: an address, or a connection from this machine, whose one address may be
 * that of a proxy for many.
 */
export function clientOf(socket: Duplex): unknown {
  const { remoteAddress } = socket as Partial<Socket>;
  return remoteAddress === undefined || LOOPBACK.test(remoteAddress) ? socket : remoteAddress;
}
