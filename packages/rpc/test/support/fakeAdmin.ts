import type { AdminPort } from "../../src/admin/adminPort.js";
import type { LogLevel } from "../../src/admin/logLevel.js";

/** An admin port that remembers what it was told. */
export class FakeAdmin implements AdminPort {
  readonly clientVersion = "Causeway/v0.1.0/test";
  readonly peerId = "peer-0";
  readonly dataDir = "/data";
  readonly kept = new Set<string>();
  level: LogLevel = "info";

  addresses = () => ["/ip4/127.0.0.1/tcp/1/p2p/peer-0"];
  peers = () => [{ id: "peer-1", validator: null, height: 3, score: 0 }];
  addPeer = (address: string) => !this.kept.has(address) && this.kept.add(address).has(address);
  removePeer = (peer: string) => [...this.kept].some((address) => address.endsWith(peer));
  setLogLevel = (level: LogLevel) => {
    this.level = level;
  };
  keys = () => [];
}
