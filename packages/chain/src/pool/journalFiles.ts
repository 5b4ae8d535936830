import { createReadStream } from "node:fs";
import { appendFile, mkdir, open, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";

/** What a journal does with its file. */
export interface JournalFiles {
  /** Bytes of the file, 0 without one. */
  size(path: string): Promise<number>;
  lines(path: string): AsyncIterable<string>;
  append(path: string, text: string): Promise<void>;
  /** Write a new file beside the old one and put it in its place: whenever this ends early, one of the two is there whole. */
  replace(path: string, chunks: Iterable<string>): Promise<void>;
}

export const systemJournalFiles: JournalFiles = {
  size: (path) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ),
  lines: (path) =>
    createInterface({ input: createReadStream(path, "latin1"), crlfDelay: Number.POSITIVE_INFINITY }),
  append: (path, text) => appendFile(path, text),
  async replace(path, chunks) {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(`${path}.new`, "w");
    try {
      for (const chunk of chunks) await file.appendFile(chunk);
      // Or the name could outlive a power cut and what it names not.
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
  },
};
