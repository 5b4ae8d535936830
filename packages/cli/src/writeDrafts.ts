import { existsSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { CausewayError } from "@causeway/protocol/errors";
import { usageError } from "./options.js";

/** A file being written, under another name until it is whole. */
export interface Draft {
  readonly bytes: number;
  /** @throws CausewayError "FileNotWritten" naming the file, say where the disk is full. */
  write(piece: Uint8Array): Promise<void>;
}

/**
 * Write files that appear under their names, the first of them last, when all are whole and durable. When `fill` fails
 * nothing of them stays.
 * @throws UsageError for a file that exists or cannot be made; CausewayError "FileNotWritten".
 */
export async function writeDrafts<T>(
  files: readonly string[],
  fill: (...drafts: Draft[]) => Promise<T>,
): Promise<T> {
  for (const file of files) if (existsSync(file)) throw usageError(`${file} exists: give a new file`);
  const drafts: OpenDraft[] = [];
  try {
    for (const file of files) drafts.push(await OpenDraft.open(file));
    const filled = await fill(...drafts);
    for (const draft of drafts) await draft.sync();
    for (const draft of drafts.toReversed()) await draft.publish();
    return filled;
  } finally {
    for (const draft of drafts) await draft.discard();
  }
}

/**
 * Write a small file as a whole, in place of one that may be there. A failure leaves that as it was.
 * @throws UsageError for a file that cannot be made; CausewayError "FileNotWritten".
 */
export async function replaceFile(file: string, content: string): Promise<void> {
  const draft = await OpenDraft.open(file);
  try {
    await draft.write(Buffer.from(content));
    await draft.sync();
    await draft.publish();
  } finally {
    await draft.discard();
  }
}

/** What a person reads of it: the system's own words do not name the file when the disk is full. */
export function fileNotWritten(
  file: string,
  cause: NodeJS.ErrnoException,
): CausewayError<{ code: "FileNotWritten" }> {
  return new CausewayError(
    { code: "FileNotWritten" },
    `${file} could not be written (${cause.code}): nothing of it was kept`,
    { cause },
  );
}

class OpenDraft implements Draft {
  readonly #file: string;
  readonly #handle: FileHandle;
  #bytes = 0;

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  static async open(file: string): Promise<OpenDraft> {
    const handle = await open(draftOf(file), "w", 0o644).catch((cause: NodeJS.ErrnoException) => {
      throw usageError(`${file} cannot be written (${cause.code})`);
    });
    return new OpenDraft(file, handle);
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(piece: Uint8Array): Promise<void> {
    await this.#orFail(this.#handle.writeFile(piece));
    this.#bytes += piece.length;
  }

  async sync(): Promise<void> {
    await this.#orFail(this.#handle.sync());
  }

  /** Durable under its own name. */
  async publish(): Promise<void> {
    await this.#orFail(rename(draftOf(this.#file), this.#file));
    // Windows opens no directories.
    if (process.platform === "win32") return;
    const directory = await open(dirname(resolve(this.#file)), "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }

  /** What was not published is gone. */
  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(draftOf(this.#file), { force: true });
  }

  async #orFail(step: Promise<void>): Promise<void> {
    await step.catch((cause: NodeJS.ErrnoException) => {
      throw fileNotWritten(this.#file, cause);
    });
  }
}

function draftOf(file: string): string {
  return `${file}.partial`;
}
