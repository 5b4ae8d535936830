import { join } from "node:path";
import type { Evidence } from "@causeway/consensus/evidence";
import type { Address } from "@causeway/protocol/hex";
import type { FileSystem } from "../ports/fileSystem.js";
import type { Log } from "../ports/log.js";

/** A validator that contradicts itself at ever more heights adds nothing to what these say. */
const EVIDENCE_PER_VALIDATOR_MAX = 64;
const FILE_NAME = "evidence.jsonl";

/** Evidence against single validators, one per (validator, height, kind), as JSON lines (F3, C15). It changes nothing by itself. */
export class EvidenceStore {
  readonly #fs: FileSystem;
  readonly #path: string;
  readonly #log: Log;
  readonly #byKey = new Map<string, Evidence>();
  readonly #perValidator = new Map<Address, number>();

  /** @param directory `D/node-i/evidence`, created when missing. */
  constructor(fs: FileSystem, directory: string, log: Log) {
    this.#fs = fs;
    this.#path = join(directory, FILE_NAME);
    this.#log = log;
    fs.makeDirectory(directory);
    for (const evidence of this.#read()) this.#remember(evidence);
  }

  /** Oldest first. */
  get all(): readonly Evidence[] {
    return [...this.#byKey.values()];
  }

  /** Store what is new. A disk that refuses it costs the evidence, not the node. */
  add(evidence: Evidence): void {
    if (!this.#remember(evidence)) return;
    const { validator, height, kind } = evidence;
    this.#log.error(
      { rule: "C15", validator, height, kind },
      `validator ${validator} contradicted itself: ${kind}`,
    );
    try {
      this.#append(evidence);
    } catch (error) {
      this.#log.error({ err: error, path: this.#path }, "evidence could not be written");
    }
  }

  #remember(evidence: Evidence): boolean {
    const { validator, height, kind } = evidence;
    const key = `${validator}/${height}/${kind}`;
    const count = this.#perValidator.get(validator) ?? 0;
    if (this.#byKey.has(key) || count >= EVIDENCE_PER_VALIDATOR_MAX) return false;
    this.#byKey.set(key, evidence);
    this.#perValidator.set(validator, count + 1);
    return true;
  }

  /** A line torn by a crash is passed over. */
  #read(): Evidence[] {
    const bytes = this.#fs.read(this.#path);
    if (bytes === null) return [];
    return new TextDecoder()
      .decode(bytes)
      .split("\n")
      .flatMap((line) => parseLine(line) ?? []);
  }

  #append(evidence: Evidence): void {
    if (this.#fs.read(this.#path) === null) this.#fs.write(this.#path, new Uint8Array());
    const file = this.#fs.openAppend(this.#path);
    try {
      file.append(new TextEncoder().encode(`${JSON.stringify(evidence)}\n`));
      file.sync();
    } finally {
      file.close();
    }
  }
}

function parseLine(line: string): Evidence | null {
  try {
    return JSON.parse(line) as Evidence;
  } catch {
    return null;
  }
}
