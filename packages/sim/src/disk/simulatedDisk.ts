import { dirname } from "node:path";
import type { AppendFile, FileSystem } from "@causeway/node/ports/fileSystem";
import type { Life, PointKind } from "../node/life.js";
import type { SeededRandom } from "../time/seededRandom.js";

type Operation = "append" | "write" | "fsync" | "rename" | "remove" | "directory";

interface Inode {
  current: Uint8Array;
  synced: Uint8Array;
}

/** What of an unsynced tail had reached the disk before the power was lost. */
export interface Reached {
  readonly bytes: number;
  /** The file got the tail's whole length: what was not written reads as zeros. */
  readonly zeros: boolean;
}

/**
 * A disk that keeps, over a crash, only what was fsynced: contents by file, names by directory (W6). Of an unsynced tail
 * a part may have reached the disk by chance.
 */
export class SimulatedDisk {
  /** Sees what is appended to a file, at once. */
  onAppend: (path: string, bytes: Uint8Array) => void = () => {};
  /** Sees that a file is about to take the place of what is at a path. */
  onReplace: (path: string) => void = () => {};
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  #count = 0;
  #failsAfter = Number.POSITIVE_INFINITY;

  /** The disk as one life of the node sees it. */
  open(life: Life): FileSystem {
    const reach = (path: string, operation: Operation) => {
      life.reach(pointOf(path, operation));
      this.#count += 1;
      if (this.#count > this.#failsAfter) throw new Error(`ENOSPC: no space left on device, ${path}`);
    };
    return {
      read: (path) => this.read(path),
      exists: (path) => this.#names.has(path),
      write: (path, bytes) => {
        reach(path, "write");
        const inode = this.#names.get(path) ?? { current: bytes, synced: new Uint8Array() };
        // A copy; slice() of a Buffer is none.
        inode.current = Uint8Array.from(bytes);
        this.#names.set(path, inode);
      },
      sync: (path) => {
        reach(path, "fsync");
        const inode = this.#inode(path);
        inode.synced = inode.current;
      },
      openAppend: (path) => this.#openAppend(path, reach),
      rename: (from, to) => {
        reach(to, "rename");
        this.onReplace(to);
        this.#names.set(to, this.#inode(from));
        this.#names.delete(from);
      },
      remove: (path) => {
        reach(path, "remove");
        this.#names.delete(path);
      },
      makeDirectory: () => {},
      syncDirectory: (path) => {
        reach(path, "directory");
        this.#syncNames(path);
      },
    };
  }

  /** Writes the disk has taken so far, those that failed among them. */
  get count(): number {
    return this.#count;
  }

  /** The disk is full: after so many more writes each fails, until it is told Infinity. */
  failAfter(writes: number): void {
    this.#failsAfter = this.#count + writes;
  }

  /** What the file holds, synced or not; null without one. */
  read(path: string): Uint8Array | null {
    return this.#names.get(path)?.current.slice() ?? null;
  }

  /** Bytes that a power loss now might not leave. */
  get unsyncedBytes(): number {
    return [...this.#names.values()]
      .map(({ current, synced }) => Math.abs(current.length - synced.length))
      .reduce((sum, bytes) => sum + bytes, 0);
  }

  /**
   * What a power loss leaves.
   * @param keeps what of an unsynced tail of so many bytes had reached the disk.
   * @returns whether a tail was torn.
   */
  losePower(keeps: (unsyncedBytes: number) => Reached): boolean {
    let torn = false;
    this.#names = new Map(this.#durableNames);
    for (const inode of this.#names.values()) {
      const unsynced = inode.current.length - inode.synced.length;
      const isTail = unsynced > 0 && startsWith(inode.current, inode.synced);
      const { bytes, zeros } = isTail ? keeps(unsynced) : { bytes: 0, zeros: false };
      const isTorn = bytes > 0 || zeros;
      torn ||= isTorn;
      if (isTorn) {
        const length = inode.synced.length + bytes;
        const kept = inode.current.slice(0, zeros ? inode.current.length : length);
        inode.current = kept.fill(0, length);
      } else inode.current = inode.synced;
      inode.synced = inode.current;
    }
    return torn;
  }

  /** Change what a stopped machine's disk holds under a name, durable ever since. */
  damage(path: string, change: (bytes: Uint8Array) => Uint8Array): void {
    const inode = this.#inode(path);
    inode.current = Uint8Array.from(change(inode.current.slice()));
    inode.synced = inode.current;
  }

  /** The file is gone, as after an operator's mistake. */
  lose(path: string): void {
    this.#names.delete(path);
    this.#durableNames.delete(path);
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

  #openAppend(path: string, reach: (path: string, operation: Operation) => void): AppendFile {
    const inode = this.#inode(path);
    return {
      append: (bytes) => {
        // A disk that runs full takes a part.
        if (this.#count === this.#failsAfter) inode.current = appended(inode.current, bytes.subarray(0, 9));
        reach(path, "append");
        inode.current = appended(inode.current, bytes);
        this.onAppend(path, bytes);
      },
      sync: () => {
        reach(path, "fsync");
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

/** The safety record or the evidence, the two folders a node writes to. */
function pointOf(path: string, operation: Operation): PointKind {
  if (path.includes("/evidence")) return `evidence.${operation}`;
  // A record is never removed.
  if (operation === "remove") throw new Error(`removes ${path}`);
  return `record.${operation}`;
}

/** The same buffer where it has room behind `current`: what was synced is a shorter view of it. */
function appended(current: Uint8Array, bytes: Uint8Array): Uint8Array {
  const length = current.length + bytes.length;
  const room = current.buffer.byteLength - current.byteOffset;
  const grown =
    room < length ? new Uint8Array(2 * length) : new Uint8Array(current.buffer, current.byteOffset);
  if (room < length) grown.set(current);
  grown.set(bytes, current.length);
  return grown.subarray(0, length);
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(0, prefix.length), prefix) === 0;
}
