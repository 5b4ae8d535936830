import type { Connection } from "@libp2p/interface";
import { HANDSHAKE_TIMEOUT_MS } from "../limits.js";
import type { PeerSession } from "../peers/peerSession.js";

/** The one handshake of a connection, decided once; streams that arrive before the decision wait for it. */
export class Admission {
  /** The session the connection was admitted to; rejects when it was refused, closed or too late. */
  readonly session: Promise<PeerSession>;
  readonly deadline = AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS);
  /** A handshake stream is open: a second one is not taken. */
  began = false;
  /** The handshake is over and the peer is in. */
  admitted = false;
  private resolve: (session: PeerSession) => void = () => undefined;
  private reject: (reason: Error) => void = () => undefined;

  constructor(connection: Connection) {
    this.session = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.deadline.addEventListener("abort", () =>
      this.refuse(new Error(`no handshake within ${HANDSHAKE_TIMEOUT_MS} ms`)),
    );
    connection.addEventListener("close", () => this.refuse(new Error("the connection closed")));
  }

  admit(session: PeerSession): void {
    this.admitted = true;
    this.resolve(session);
  }

  /** Without effect once admitted. */
  refuse(reason: Error): void {
    this.reject(reason);
  }
}
