import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Genesis } from "@causeway/protocol/genesis";
import type { RelayerConfig } from "../../src/config.js";

/** What a relayer process is told. Keys are test keys in plain. */
export interface RelayerChildOptions {
  readonly config: RelayerConfig;
  readonly genesis: Genesis;
  readonly attesterKey?: string;
  readonly carrierKey?: string;
}

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A relayer in a process of its own. */
export class RelayerProcess {
  readonly ended: Promise<ProcessEnd>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal }));
    });
  }

  static start(options: RelayerChildOptions): RelayerProcess {
    const entry = fileURLToPath(new URL("./relayerChild.js", import.meta.url));
    const child = fork(entry, { serialization: "advanced" });
    child.send(options);
    return new RelayerProcess(child);
  }

  /** Ask it to stop and wait for its end. */
  async stop(): Promise<ProcessEnd> {
    if (this.child.connected) this.child.send("stop");
    return this.ended;
  }

  /** Kill it and wait for its end: what it writes to is removed next. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}
