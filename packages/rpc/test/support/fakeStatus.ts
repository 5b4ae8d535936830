import type { StatusPort, SyncProgress } from "../../src/statusPort.js";

/** A status port whose answers a test can change. */
export class FakeStatus implements StatusPort {
  readonly clientVersion = "Causeway/v0.1.0/test";
  readonly minTipWei = 0n;
  progress: false | SyncProgress = false;
  stopped: string | null = null;

  coinbase = () => null;
  syncing = () => this.progress;
  listening = () => true;
  peers = () => [{ id: "peer-1", validator: null, height: 3 }];
  halted = () => this.stopped;
  refused = () => ({ "H1.withdrawals": 2 });
  evidence = ({ from, count }: { readonly from: number; readonly count: number }) => ({ from, count });
  rounds = () => ({ height: 4, round: 0 });
  details = () => ({ round: 0 });
}
