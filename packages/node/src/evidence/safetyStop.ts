import { join } from "node:path";
import type { Certificate } from "@causeway/protocol/certificate";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import { CausewayError } from "@causeway/protocol/errors";
import { toHex } from "@causeway/protocol/hex";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import { formatCertificate } from "@causeway/rpc/format/certificate";
import type { Json } from "@causeway/rpc/json";
import { keccak256 } from "ethers";
import type { FileSystem } from "../ports/fileSystem.js";
import type { Logger } from "../ports/logger.js";
import { replaceFile } from "../ports/replaceFile.js";

/** Why a node stopped voting and importing, with everything needed to prove it. */
export interface SafetyStopCause {
  /** F2, C4 or N3 and what happened, in words for people. */
  readonly reason: string;
  /** The certificates that contradict each other, or the one this node cannot reproduce. */
  readonly certificates: readonly Certificate[];
  /** The sets that sealed them, so that anybody can check the seals, L1 too (B6). */
  readonly validators: readonly ValidatorSet[];
  /** This node's own reading of the block, when that is what differs (C4). */
  readonly own: Checkpoint | null;
  /** RLP of a certified block that failed execution (N3). */
  readonly block?: Uint8Array;
}

/** A cause as it is kept: certificates in the form of causeway_getCertificate (X3). */
interface StopRecord {
  readonly reason: string;
  readonly certificates: readonly ReturnType<typeof formatCertificate>[];
  readonly own: Checkpoint | null;
  readonly block?: string;
}

export interface SafetyStopPorts {
  readonly fileSystem: FileSystem;
  /** `D/node-i/evidence`, created when missing. */
  readonly directory: string;
  readonly log: Logger;
  readonly onStop: () => void;
}

const STOP_FILE = "safety-stop.json";
const RETIRED_FILE = "retired-conflict.json";
const RESUMED_FILE = "resumed-stops.json";
/** Hex digits of a stop's id: enough that no two stops share one by accident. */
const ID_DIGITS = 16;

/**
 * The safety stop of a node (F2): persisted before anything else happens, and still in force after a restart until an
 * operator names it to {@link resume}. Reads go on being served.
 */
export class SafetyStop {
  readonly #ports: SafetyStopPorts;
  /** Checkpoints, without their round, of the conflicts operators have resolved. */
  readonly #resolved = new Set<string>();
  #reason: string | null = null;
  #id: string | null = null;
  #inForce: Json = null;
  #retired: Json;
  #resumed: readonly Json[];

  constructor(ports: SafetyStopPorts) {
    this.#ports = ports;
    ports.fileSystem.makeDirectory(ports.directory);
    this.#readInForce();
    this.#retired = this.#readJson(RETIRED_FILE);
    const resumed = this.#readResumed();
    for (const record of resumed) this.#resolve(record);
    this.#resumed = resumed.map((record) => record && withoutBlock(record));
  }

  /** Where the evidence of a stop is kept. */
  get path(): string {
    return this.#file(STOP_FILE);
  }

  /** null while the node may vote and import. */
  get reason(): string | null {
    return this.#reason;
  }

  /** What {@link resume} asks for: bound to the content of this one stop, so that no setting lifts the next one too. */
  get id(): string | null {
    return this.#id;
  }

  /** The evidence of the stop in force, to be served by RPC (F2); the block of a stop by N3 is in the file only. */
  get inForce(): Json {
    return this.#inForce;
  }

  /** The first conflict that a set retired long ago signed. */
  get retired(): Json {
    return this.#retired;
  }

  /** Stops that operators have ended, oldest first. */
  get resumed(): readonly Json[] {
    return this.#resumed;
  }

  /** Stop for good. The first cause is kept. */
  trip(cause: SafetyStopCause): void {
    if (this.#reason !== null) return;
    const { log, onStop } = this.#ports;
    const record = recordOf(cause);
    const isKept = this.#persist(STOP_FILE, record);
    this.#hold(cause.reason, record, contentOf(record));
    const evidence = isKept
      ? `Evidence: ${this.path}`
      : `The evidence could not be written to ${this.path}: do not restart this node, which would vote again; copy what causeway_getEvidence serves first`;
    log.error(
      { rule: "F2", path: this.path, id: this.id },
      `SAFETY STOP: ${cause.reason}. Voting and importing ended; reads are served. ${evidence}`,
    );
    onStop();
  }

  /** A conflict of a set retired long ago: kept and alarmed, stops nothing (F2). The first is kept. */
  noteRetired(cause: SafetyStopCause): void {
    if (this.#retired !== null) return;
    const record = recordOf(cause);
    this.#retired = toJson(record);
    const path = this.#file(RETIRED_FILE);
    this.#ports.log.error(
      { rule: "F2", path },
      `conflict signed by a retired validator set, which stops nothing: ${cause.reason}`,
    );
    this.#persist(RETIRED_FILE, record);
  }

  /** Whether operators have resolved a conflict over this certificate: shown again, by anybody, it stops nothing more. */
  isResolved({ checkpoint }: Certificate): boolean {
    return this.#resolved.has(withoutRound(formatCertificate({ checkpoint, signers: 0n, seals: [] }, [])));
  }

  /**
   * End the stop in force, on an operator's word. Its evidence is kept among those resumed; nothing is deleted.
   * @param id of the stop, as {@link id} and the log gave it.
   * @throws CausewayError "SafetyStopNotResumed" when another stop is in force: people have not looked at that one.
   */
  resume(id: string): void {
    const { fileSystem, log, directory } = this.#ports;
    if (this.#reason === null) {
      log.warn(
        { rule: "F2", id },
        "no safety stop is in force: there is nothing to resume after, remove the flag",
      );
      return;
    }
    if (id !== this.id) {
      throw new CausewayError(
        { code: "SafetyStopNotResumed" },
        `--resume-after-safety-stop ${id} names another safety stop than the one in force, ${this.id}: ${this.#reason}. Read ${this.path} and docs/operating.md, section 5`,
      );
    }
    const record = this.#readJson(STOP_FILE);
    this.#setUnreadableAside(id);
    this.#write(RESUMED_FILE, [...this.#readResumed(), record]);
    fileSystem.remove(this.path);
    fileSystem.syncDirectory(directory);
    this.#resolve(record);
    this.#resumed = [...this.#resumed, this.#inForce];
    log.error(
      { rule: "F2", id, path: this.#file(RESUMED_FILE) },
      `WARNING: this node votes and imports again after a safety stop, because its operator says the cause is resolved: ${this.#reason}. If it is not, it helps to fork the chain`,
    );
    this.#reason = null;
    this.#id = null;
    this.#inForce = null;
  }

  #hold(reason: string, record: StopRecord | null, content: Uint8Array): void {
    this.#reason = reason;
    this.#id = keccak256(content).slice(2, 2 + ID_DIGITS);
    this.#inForce = record && withoutBlock(toJson(record));
  }

  /** A single certificate that this node could not reproduce stops it again as long as it cannot. */
  #resolve(record: Json): void {
    const { certificates = [] } = (record ?? {}) as Partial<StopRecord>;
    if (certificates.length < 2) return;
    for (const certificate of certificates) this.#resolved.add(withoutRound(certificate));
  }

  /** @returns whether the disk took it: what it refuses must not keep the node voting. */
  #persist(name: string, record: StopRecord): boolean {
    try {
      this.#write(name, record);
      return true;
    } catch (error) {
      this.#ports.log.error({ err: error, path: this.#file(name) }, "evidence could not be written");
      return false;
    }
  }

  #write(name: string, content: object): void {
    replaceFile(this.#ports.fileSystem, this.#file(name), contentOf(content));
  }

  #readInForce(): void {
    const bytes = this.#ports.fileSystem.read(this.path);
    if (bytes === null) return;
    const record = this.#readJson(STOP_FILE) as StopRecord | null;
    this.#hold(record?.reason ?? "unreadable evidence", record, bytes);
    this.#reason = `${this.#reason} (found in ${this.path}; once the cause is resolved: --resume-after-safety-stop ${this.#id})`;
  }

  #readResumed(): readonly Json[] {
    const records = this.#readJson(RESUMED_FILE);
    if (Array.isArray(records)) return records;
    const path = this.#file(RESUMED_FILE);
    if (this.#ports.fileSystem.exists(path))
      this.#ports.log.error(
        { rule: "F2", path },
        "the stops that operators have ended are unreadable: the same conflict, shown again, stops this node again",
      );
    return [];
  }

  /** Evidence is never deleted, also what a disk has damaged (F2). */
  #setUnreadableAside(id: string): void {
    const { fileSystem } = this.#ports;
    const path = this.#file(RESUMED_FILE);
    if (!fileSystem.exists(path) || Array.isArray(this.#readJson(RESUMED_FILE))) return;
    fileSystem.rename(path, `${path}.unreadable-${id}`);
  }

  #readJson(name: string): Json {
    const bytes = this.#ports.fileSystem.read(this.#file(name));
    if (bytes === null) return null;
    try {
      return JSON.parse(new TextDecoder().decode(bytes)) as Json;
    } catch {
      return null;
    }
  }

  #file(name: string): string {
    return join(this.#ports.directory, name);
  }
}

function recordOf({ reason, certificates, validators, own, block }: SafetyStopCause): StopRecord {
  const record = {
    reason,
    certificates: certificates.map((certificate) => {
      const { validatorSetHash: sealing } = certificate.checkpoint;
      return formatCertificate(
        certificate,
        validators.find((set) => validatorSetHash(set) === sealing) ?? [],
      );
    }),
    own,
  };
  return block === undefined ? record : { ...record, block: toHex(block) };
}

function contentOf(record: object): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(record, null, 2)}\n`);
}

function toJson(record: object): Json {
  return JSON.parse(JSON.stringify(record)) as Json;
}

/** Up to eight megabytes, twice as long in hex: not for every answer. */
function withoutBlock(record: Json): Json {
  const { block: _block, ...served } = record as { readonly [field: string]: Json };
  return served;
}

/** The same block certified in another round is the same thing (F1). */
function withoutRound({ checkpoint }: StopRecord["certificates"][number]): string {
  return JSON.stringify({ ...checkpoint, round: undefined });
}
