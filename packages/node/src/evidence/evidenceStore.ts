import { join } from "node:path";
import type { Evidence } from "@causeway/consensus/evidence";
import type { Address } from "@causeway/protocol/hex";
import type { Recover } from "@causeway/protocol/signature";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import type { FileSystem } from "../ports/fileSystem.js";
import type { Logger } from "../ports/logger.js";
import { provesEquivocation } from "./provesEquivocation.js";
import { removalVote } from "./removalVote.js";

export interface EvidenceStorePorts {
  readonly fileSystem: FileSystem;
  /** `D/node-i/evidence`, created when missing. */
  readonly directory: string;
  readonly log: Logger;
  readonly domain: VoteDomain;
  readonly recover: Recover;
  /** This node's own keys. */
  readonly own: readonly Address[];
  /** Called for each piece that is new. */
  readonly onStored: (evidence: Evidence) => void;
}

/** A validator that contradicts itself in one way at ever more heights adds nothing to what these say. */
const EVIDENCE_PER_KIND_MAX = 16;
/** All of it, over every set there was, 64 validators and five kinds: at two kilobytes each, ten megabytes. */
const EVIDENCE_MAX = 64 * 5 * EVIDENCE_PER_KIND_MAX;
const FILE_NAME = "evidence.jsonl";
const NEWLINE = 0x0a;

/** Evidence against single validators, one per (validator, height, kind), as JSON lines (F3, C15). It changes nothing by itself. */
export class EvidenceStore {
  readonly #ports: EvidenceStorePorts;
  readonly #path: string;
  readonly #byKey = new Map<string, Evidence>();
  readonly #perKind = new Map<string, number>();
  /** The file ends in the middle of a line. */
  #torn = false;

  constructor(ports: EvidenceStorePorts) {
    this.#ports = ports;
    this.#path = join(ports.directory, FILE_NAME);
    ports.fileSystem.makeDirectory(ports.directory);
    for (const evidence of this.#read()) this.#remember(evidence);
  }

  /** Oldest first. */
  get all(): readonly Evidence[] {
    return [...this.#byKey.values()];
  }

  /** Store what is new. A disk that refuses it costs the evidence, not the node. */
  add(evidence: Evidence): void {
    if (!this.#remember(evidence)) return;
    const { log, onStored, own } = this.#ports;
    const { validator, height, kind } = evidence;
    const vote = removalVote(validator);
    const advice = own.includes(validator)
      ? "It is one of this node's own keys, so something else signs with it too: a second node, a restored record or a thief. Find it before the others vote it out"
      : `The chain goes on; the operators decide: ${vote}`;
    log.error(
      { rule: "C15", validator, height, kind, vote },
      `validator ${validator} contradicted itself: ${kind} at height ${height}. ${advice}`,
    );
    onStored(evidence);
    try {
      this.#append(evidence);
    } catch (error) {
      log.error({ err: error, path: this.#path }, "evidence could not be written");
    }
  }

  #remember(evidence: Evidence): boolean {
    const { validator, height, kind } = evidence;
    const key = `${validator}/${height}/${kind}`;
    const kindKey = `${validator}/${kind}`;
    const count = this.#perKind.get(kindKey) ?? 0;
    if (this.#byKey.has(key) || count >= EVIDENCE_PER_KIND_MAX) return false;
    if (this.#byKey.size >= EVIDENCE_MAX) return false;
    this.#byKey.set(key, evidence);
    this.#perKind.set(kindKey, count + 1);
    this.#sayWhenFull(validator, kind, count + 1);
    return true;
  }

  #sayWhenFull(validator: Address, kind: Evidence["kind"], count: number): void {
    const { log } = this.#ports;
    if (count === EVIDENCE_PER_KIND_MAX)
      log.warn(
        { rule: "C15", validator, kind },
        `${count} pieces of this kind are enough: no more are stored`,
      );
    if (this.#byKey.size === EVIDENCE_MAX)
      log.warn({ rule: "C15" }, `the evidence file holds ${EVIDENCE_MAX} pieces: no more are stored`);
  }

  /** Lines torn by a crash or changed on the disk are passed over. */
  #read(): Evidence[] {
    const { fileSystem, log, domain, recover } = this.#ports;
    const bytes = fileSystem.read(this.#path);
    if (bytes === null || bytes.length === 0) return [];
    this.#torn = bytes.at(-1) !== NEWLINE;
    const lines = new TextDecoder()
      .decode(bytes)
      .split("\n")
      .filter((line) => line !== "");
    const sound = lines.flatMap((line) => parseLine(line, domain, recover) ?? []);
    if (sound.length < lines.length) {
      const unreadable = lines.length - sound.length;
      log.warn({ path: this.#path, unreadable }, "skipped lines of the evidence file that do not verify");
    }
    return sound;
  }

  #append(evidence: Evidence): void {
    const { fileSystem, directory } = this.#ports;
    const isNew = !fileSystem.exists(this.#path);
    if (isNew) fileSystem.write(this.#path, new Uint8Array());
    const file = fileSystem.openAppend(this.#path);
    try {
      // A line of its own, whatever a crash left before it.
      file.append(new TextEncoder().encode(`${this.#torn ? "\n" : ""}${JSON.stringify(evidence)}\n`));
      file.sync();
      this.#torn = false;
    } finally {
      file.close();
    }
    if (isNew) fileSystem.syncDirectory(directory);
  }
}

function parseLine(line: string, domain: VoteDomain, recover: Recover): Evidence | null {
  try {
    const evidence = JSON.parse(line) as Evidence;
    return provesEquivocation(evidence, domain, recover) ? evidence : null;
  } catch {
    return null;
  }
}
