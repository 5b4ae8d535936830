import { CausewayError } from "@causeway/protocol/errors";
import type { Hash } from "@causeway/protocol/hex";
import { ClassicLevel } from "classic-level";

const GENESIS_KEY = "meta!genesisHash";

export type RelayerStoreError = CausewayError<
  { code: "OtherChain"; dataDir: string } | { code: "DataDirUnusable"; dataDir: string }
>;

/** JSON values under string keys. Every write is on disk when its promise resolves. */
export class RelayerStore {
  private constructor(private readonly db: ClassicLevel<string, unknown>) {}

  /**
   * Open a data directory, one process at a time.
   * @throws {RelayerStoreError} OtherChain when the directory belongs to a bridge of another genesis; DataDirUnusable
   * when it cannot be opened or another process holds it.
   */
  static async open(dataDir: string, genesisHash: Hash): Promise<RelayerStore> {
    const db = new ClassicLevel<string, unknown>(dataDir, { valueEncoding: "json" });
    try {
      await db.open();
    } catch (cause) {
      const reason =
        cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
      throw new CausewayError(
        { code: "DataDirUnusable", dataDir },
        `relayer data directory ${dataDir} cannot be opened (is another relayer using it?): ${reason}`,
        { cause },
      );
    }
    const store = new RelayerStore(db);
    const owner = await store.get<Hash>(GENESIS_KEY);
    if (owner === undefined) await store.put(GENESIS_KEY, genesisHash);
    else if (owner !== genesisHash) {
      await db.close();
      throw new CausewayError(
        { code: "OtherChain", dataDir },
        `relayer data directory ${dataDir} belongs to the chain with genesis ${owner}, not ${genesisHash}`,
      );
    }
    return store;
  }

  async get<T>(key: string): Promise<T | undefined> {
    return (await this.db.get(key)) as T | undefined;
  }

  async put(key: string, value: unknown): Promise<void> {
    await this.db.put(key, value, { sync: true });
  }

  /** All or nothing. */
  async putAll(entries: readonly (readonly [key: string, value: unknown])[]): Promise<void> {
    const batch = entries.map(([key, value]) => ({ type: "put" as const, key, value }));
    await this.db.batch(batch, { sync: true });
  }

  async delete(key: string): Promise<void> {
    await this.db.del(key, { sync: true });
  }

  /** All values whose key starts with `prefix`, in key order. */
  async list<T>(prefix: string): Promise<T[]> {
    return (await this.db.values(startingWith(prefix)).all()) as T[];
  }

  /** Delete all keys that start with `prefix`. */
  async clear(prefix: string): Promise<void> {
    await this.db.clear(startingWith(prefix));
  }

  close(): Promise<void> {
    return this.db.close();
  }
}

function startingWith(prefix: string): { gte: string; lt: string } {
  return { gte: prefix, lt: `${prefix}\uffff` };
}
