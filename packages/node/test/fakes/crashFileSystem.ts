import { dirname } from "node:path";
import type { AppendFile, FileSystem } from "../../src/ports/fileSystem.js";

interface Inode {
  current: Uint8Array;
  synced: Uint8Array;
}

/** A disk in memory that forgets, at `crash`, every write not fsynced and every name not synced with its directory (W6). */
export class CrashFileSystem implements FileSystem {
  /** Called before each operation; a test throws from it to break the disk, or crashes there. */
  onOperation: (operation: keyof FileSystem | "append" | "fsync", path: string) => void = () => {};
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();

  /** @param tornBytes bytes of unsynced tails that reached the disk by chance. */
  crash(tornBytes = 0): void {
    this.onOperation = () => {};
    this.#names = new Map(this.#durableNames);
    for (const inode of this.#names.values()) {
      const kept = Math.min(inode.current.length, inode.synced.length + tornBytes);
      inode.current = kept > inode.synced.length ? inode.current.slice(0, kept) : inode.synced;
      inode.synced = inode.current;
    }
  }

  paths(): string[] {
    return [...this.#names.keys()].sort();
  }

  read(path: string): Uint8Array | null {
    this.onOperation("read", path);
    return this.#names.get(path)?.current.slice() ?? null;
  }

  exists(path: string): boolean {
    return this.#names.has(path);
  }

  write(path: string, bytes: Uint8Array): void {
    this.onOperation("write", path);
    const inode = this.#names.get(path) ?? { current: bytes, synced: new Uint8Array() };
    inode.current = bytes.slice();
    this.#names.set(path, inode);
  }

  sync(path: string): void {
    this.onOperation("sync", path);
    const inode = this.#inode(path);
    inode.synced = inode.current;
  }

  openAppend(path: string): AppendFile {
    this.onOperation("openAppend", path);
    const inode = this.#inode(path);
    return {
      append: (bytes) => {
        this.onOperation("append", path);
        inode.current = Buffer.concat([inode.current, bytes]);
      },
      sync: () => {
        this.onOperation("fsync", path);
        inode.synced = inode.current;
      },
      close: () => {},
    };
  }

  rename(from: string, to: string): void {
    this.onOperation("rename", from);
    this.#names.set(to, this.#inode(from));
    this.#names.delete(from);
  }

  remove(path: string): void {
    this.onOperation("remove", path);
    this.#names.delete(path);
  }

  makeDirectory(): void {}

  syncDirectory(path: string): void {
    this.onOperation("syncDirectory", path);
    for (const name of this.#durableNames.keys()) if (dirname(name) === path) this.#durableNames.delete(name);
    for (const [name, inode] of this.#names) if (dirname(name) === path) this.#durableNames.set(name, inode);
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw new Error(`no such file ${path}`);
    return inode;
  }
}
