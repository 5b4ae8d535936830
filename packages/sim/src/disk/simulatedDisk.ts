import { dirname } from "node:path";
import type { AppendFile, FileSystem } from "@causeway/node/ports/fileSystem";
import type { Life } from "../node/life.js";
import type { SeededRandom } from "../time/seededRandom.js";

interface Inode {
  current: Uint8Array;
  synced: Uint8Array;
}

/**
 * A disk that keeps, over a crash, only what was fsynced: contents by file, names by directory (W6). Of an unsynced tail
 * a part may have reached the disk by chance.
 */
export class SimulatedDisk {
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();

  /** The disk as one life of the node sees it. */
  open(life: Life): FileSystem {
    return {
      read: (path) => this.read(path),
      write: (path, bytes) => {
        life.reach("file.write");
        const inode = this.#names.get(path) ?? { current: bytes, synced: new Uint8Array() };
        inode.current = bytes.slice();
        this.#names.set(path, inode);
      },
      sync: (path) => {
        life.reach("file.fsync");
        const inode = this.#inode(path);
        inode.synced = inode.current;
      },
      openAppend: (path) => this.#openAppend(path, life),
      rename: (from, to) => {
        life.reach("file.rename");
        this.#names.set(to, this.#inode(from));
        this.#names.delete(from);
      },
      remove: (path) => {
        this.#names.delete(path);
      },
      makeDirectory: () => {},
      syncDirectory: (path) => {
        life.reach("directory.fsync");
        this.#syncNames(path);
      },
    };
  }

  /** What the file holds, synced or not; null without one. */
  read(path: string): Uint8Array | null {
    return this.#names.get(path)?.current.slice() ?? null;
  }

  /** What a power loss leaves. @returns whether a tail was torn. */
  losePower(random: SeededRandom, tearChance: number): boolean {
    let torn = false;
    this.#names = new Map(this.#durableNames);
    for (const inode of this.#names.values()) {
      const unsynced = inode.current.length - inode.synced.length;
      const isTail = unsynced > 0 && startsWith(inode.current, inode.synced);
      const kept = isTail && random.chance(tearChance) ? random.integer(0, unsynced) : 0;
      if (kept > 0) torn = true;
      inode.current = kept > 0 ? inode.current.slice(0, inode.synced.length + kept) : inode.synced;
      inode.synced = inode.current;
    }
    return torn;
  }

  /** Flip one bit of a file, durable ever since. @returns whether the file has a byte to flip. */
  flipBit(path: string, random: SeededRandom): boolean {
    const inode = this.#names.get(path);
    if (inode === undefined || inode.current.length === 0) return false;
    const bytes = inode.current.slice();
    const at = random.integer(0, bytes.length - 1);
    bytes[at] = (bytes[at] as number) ^ (1 << random.integer(0, 7));
    inode.current = bytes;
    inode.synced = bytes;
    return true;
  }

  paths(): string[] {
    return [...this.#names.keys()].sort();
  }

  #openAppend(path: string, life: Life): AppendFile {
    const inode = this.#inode(path);
    return {
      append: (bytes) => {
        life.reach("record.append");
        const grown = new Uint8Array(inode.current.length + bytes.length);
        grown.set(inode.current);
        grown.set(bytes, inode.current.length);
        inode.current = grown;
      },
      sync: () => {
        life.reach("record.fsync");
        inode.synced = inode.current;
      },
      close: () => {},
    };
  }

  #syncNames(directory: string): void {
    for (const name of this.#durableNames.keys())
      if (dirname(name) === directory) this.#durableNames.delete(name);
    for (const [name, inode] of this.#names)
      if (dirname(name) === directory) this.#durableNames.set(name, inode);
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw new Error(`no such file: ${path}`);
    return inode;
  }
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(0, prefix.length), prefix) === 0;
}
