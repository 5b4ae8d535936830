import { join } from "node:path";
import type { Certificate } from "@causeway/protocol/certificate";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import { type Hex, toHex } from "@causeway/protocol/hex";
import type { FileSystem } from "../ports/fileSystem.js";
import type { Log } from "../ports/log.js";
import { certificateJson } from "./certificateJson.js";

/** Why a node stopped voting and importing, with everything needed to prove it. */
export interface SafetyStopCause {
  /** F2, C4 or N3 and what happened, in words for people. */
  readonly reason: string;
  /** The certificates that contradict each other, or the one this node cannot reproduce. */
  readonly certificates: readonly Certificate[];
  /** This node's own reading of the block, when that is what differs (C4). */
  readonly own: Checkpoint | null;
  /** RLP of a certified block that failed execution (N3). */
  readonly block?: Uint8Array;
}

const STOP_FILE = "safety-stop.json";
const RETIRED_FILE = "retired-conflict.json";

/**
 * The safety stop of a node (F2): persisted before anything else happens, and still in force after a restart until an
 * operator removes the file. Reads go on being served.
 */
export class SafetyStop {
  readonly #fs: FileSystem;
  readonly #directory: string;
  readonly #log: Log;
  readonly #onStop: () => void;
  #reason: string | null;

  /** @param directory `D/node-i/evidence`, created when missing. */
  constructor(fs: FileSystem, directory: string, log: Log, onStop: () => void) {
    this.#fs = fs;
    this.#directory = directory;
    this.#log = log;
    this.#onStop = onStop;
    fs.makeDirectory(directory);
    this.#reason = this.#readReason();
  }

  /** Where the evidence of a stop is kept. */
  get path(): string {
    return join(this.#directory, STOP_FILE);
  }

  /** null while the node may vote and import. */
  get reason(): string | null {
    return this.#reason;
  }

  /** The persisted evidence, to be served by RPC (F2). */
  files(): readonly object[] {
    return [STOP_FILE, RETIRED_FILE].flatMap((name) => this.#readJson(join(this.#directory, name)) ?? []);
  }

  /** Stop for good. The first cause is kept. */
  trip(cause: SafetyStopCause): void {
    if (this.#reason !== null) return;
    this.#reason = cause.reason;
    this.#persist(this.path, cause);
    this.#log.error(
      { rule: "F2", path: this.path },
      `SAFETY STOP: ${cause.reason}. Voting and importing ended; reads are served. Evidence: ${this.path}`,
    );
    this.#onStop();
  }

  /** A conflict of a set retired long ago: kept and alarmed, stops nothing (F2). */
  noteRetired(cause: SafetyStopCause): void {
    const path = join(this.#directory, RETIRED_FILE);
    this.#log.error({ rule: "F2", path }, `conflict signed by a retired validator set: ${cause.reason}`);
    if (this.#fs.read(path) === null) this.#persist(path, cause);
  }

  #persist(path: string, { reason, certificates, own, block }: SafetyStopCause): void {
    const json: { [field: string]: unknown } = {
      reason,
      certificates: certificates.map(certificateJson),
      own,
    };
    if (block !== undefined) json.block = toHex(block) satisfies Hex;
    try {
      this.#fs.write(path, new TextEncoder().encode(`${JSON.stringify(json, null, 2)}\n`));
      this.#fs.sync(path);
      this.#fs.syncDirectory(this.#directory);
    } catch (error) {
      this.#log.error({ err: error, path }, "evidence could not be written");
    }
  }

  #readReason(): string | null {
    if (this.#fs.read(this.path) === null) return null;
    const { reason = "unreadable evidence" } = this.#readJson(this.path) ?? {};
    return `${reason} (found in ${this.path}; remove the file once the cause is resolved)`;
  }

  #readJson(path: string): { readonly reason?: string } | null {
    const bytes = this.#fs.read(path);
    if (bytes === null) return null;
    try {
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return null;
    }
  }
}
