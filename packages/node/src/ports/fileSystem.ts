/**
 * The few file operations the safety record and the evidence need, synchronous so that "fsync, then answer" is one
 * step of the host. Nothing written survives a crash before `sync`; no new name survives before `syncDirectory`.
 * Every method throws on failure; the record stops the process then (W6).
 */
export interface FileSystem {
  /** Whole content, null when there is no such file. */
  read(path: string): Uint8Array | null;
  exists(path: string): boolean;
  /** Create or replace; not durable before `sync`. */
  write(path: string, bytes: Uint8Array): void;
  /** fsync an existing file. */
  sync(path: string): void;
  /** Open an existing file for appending at its end. */
  openAppend(path: string): AppendFile;
  /** Atomic replacement of `to`. */
  rename(from: string, to: string): void;
  remove(path: string): void;
  makeDirectory(path: string): void;
  /** Make creations, renames and removals inside `path` durable. */
  syncDirectory(path: string): void;
}

export interface AppendFile {
  /** Writes all of `bytes`; not durable before `sync`. */
  append(bytes: Uint8Array): void;
  sync(): void;
  close(): void;
}
