import { RECORD_MARGIN_SECONDS } from "@causeway/consensus/config";
import type { RecordEntry } from "@causeway/consensus/recordEntry";
import type { Block } from "@causeway/protocol/block";
import { CausewayError } from "@causeway/protocol/errors";
import type { Head } from "@causeway/protocol/head";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { FileSystem } from "../ports/fileSystem.js";
import type { Logger } from "../ports/logger.js";
import type { Signer } from "../signer/keyRing.js";
import { SafetyRecord, setRecordAside } from "./safetyRecord.js";

export interface RecordBookOptions {
  readonly directory: string;
  readonly genesisHash: Hash;
  readonly signer: Signer;
  /** Wall clock at start, milliseconds. */
  readonly startedAtMs: number;
  /** `--accept-new-safety-record`: begin an empty record at once, for n = 1 and total loss (W5). */
  readonly acceptNewSafetyRecord: boolean;
  readonly log: Logger;
}

/** The safety records of every key of the node: the only way to a consensus signature. */
export class RecordBook {
  readonly #fs: FileSystem;
  readonly #options: RecordBookOptions;
  readonly #records = new Map<Address, SafetyRecord>();
  readonly #waiting = new Set<Address>();

  /** @throws SafetyRecordError "WrongChain". An unreadable or missing record is no error: its key waits (W5). */
  constructor(fs: FileSystem, options: RecordBookOptions) {
    this.#fs = fs;
    this.#options = options;
    for (const key of options.signer.addresses) this.#open(key);
  }

  /** All that the keys signed at heights not yet dropped, for the core to resume from (W3). */
  get entries(): readonly RecordEntry[] {
    return [...this.#records.values()].flatMap((record) => record.entries);
  }

  /** A block that one of the keys signed for at a height not yet dropped (W2). */
  block(hash: Hash): Block | null {
    for (const record of this.#records.values()) {
      const block = record.block(hash);
      if (block !== null) return block;
    }
    return null;
  }

  /** Keys that sign nothing yet (W5). */
  get keysWithoutRecord(): readonly Address[] {
    return [...this.#waiting];
  }

  /**
   * The signature of `wanted`, durable when this returns (W2); for an equal position what was signed before (W1).
   * @returns null when the key waits for its record (W5) or the position lies before the last: nothing may be signed.
   * @throws SafetyRecordError "RecordWriteFailed" (W6).
   */
  sign(wanted: Omit<RecordEntry, "signature">, digest: () => Hash): RecordEntry | null {
    const { author } = wanted;
    const record = this.#records.get(author);
    if (record === undefined) {
      this.#options.log.warn({ key: author, rule: "W5" }, "not signing: the key has no safety record yet");
      return null;
    }
    try {
      return record.signOnce(wanted, () => this.#options.signer.sign(author, digest()));
    } catch (error) {
      if (!(error instanceof CausewayError) || error.code !== "RecordBackwards") throw error;
      this.#options.log.warn({ key: author, rule: "W1" }, error.message);
      return null;
    }
  }

  /**
   * The block batch of `head` is durable: entries of decided heights may go (W4), and a waiting key may begin (W5).
   * @throws SafetyRecordError "RecordWriteFailed".
   */
  headMoved(head: Head): void {
    for (const record of this.#records.values()) record.dropThrough(head.height);
    const startedAt = this.#options.startedAtMs / 1_000;
    const certifiedAt = head.certificate?.checkpoint.timestamp ?? 0;
    if (certifiedAt <= startedAt + RECORD_MARGIN_SECONDS) return;
    for (const key of this.#waiting) {
      this.#begin(key, head.height + 1);
      this.#options.log.info(
        { key, height: head.height + 1 },
        "the key has a new safety record and signs again",
      );
    }
  }

  close(): void {
    for (const record of this.#records.values()) record.close();
  }

  #open(key: Address): void {
    const { directory, genesisHash, log, acceptNewSafetyRecord } = this.#options;
    let record: SafetyRecord | null = null;
    try {
      record = SafetyRecord.open(this.#fs, { directory, key, genesisHash });
      if (record === null) log.error({ key, rule: "W5" }, "the safety record of the key is missing");
    } catch (error) {
      if (!(error instanceof CausewayError) || error.code !== "RecordUnreadable") throw error;
      log.error({ key, rule: "W5" }, error.message);
    }
    if (record !== null) this.#records.set(key, record);
    else if (acceptNewSafetyRecord) {
      log.error(
        { key, rule: "W5" },
        "WARNING: this key signs at once with an empty safety record, as --accept-new-safety-record says. If it has voted at a height not final yet, or signs elsewhere, it may contradict itself and help to fork the chain. Start without the flag from now on",
      );
      this.#begin(key, 0);
    } else this.#waiting.add(key);
  }

  #begin(key: Address, floor: number): void {
    const { directory, genesisHash, startedAtMs } = this.#options;
    const location = { directory, key, genesisHash };
    setRecordAside(this.#fs, location, startedAtMs);
    this.#records.set(key, SafetyRecord.create(this.#fs, location, floor));
    this.#waiting.delete(key);
  }
}
