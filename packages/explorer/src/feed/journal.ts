import { randomBytes } from "node:crypto";
import { type Database, insertRows, type Queries } from "../database/Database.js";
import { readMeta, writeMeta } from "../database/meta.js";
import { type Cursor, formatCursor } from "./cursor.js";
import type { BlockRef, EventType, JournalTopic } from "./feedProtocol.js";

/** An event before it has a number. */
export interface NewEvent {
  readonly topic: JournalTopic;
  readonly type: EventType;
  readonly block: BlockRef | null;
  /** What filters match: addresses, and the direction of a transfer. */
  readonly keys: readonly string[];
  /** JSON text, sent as it is. */
  readonly payload: string;
}

export interface JournalEvent extends NewEvent {
  readonly seq: number;
}

export interface JournalOptions {
  /** Events kept for replay. */
  readonly retention: number;
}

export const DEFAULT_RETENTION_EVENTS = 200_000;

/** The newest events, kept in memory so that live clients cost no query. */
const TAIL_EVENTS_MAX = 4_096;
const TAIL_BYTES_MAX = 8 * 1024 * 1024;

/**
 * The durable, numbered list of everything the feed says. Data and the events about them are written in one SQL
 * transaction through {@link Journal.write}; readers hold positions, never copies.
 */
export class Journal {
  readonly epoch: string;
  readonly retention: number;
  #head: number;
  #floor: number;
  #tail: JournalEvent[] = [];
  #tailBytes = 0;
  #writing: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Set<() => void>();
  readonly #database: Database;

  private constructor(database: Database, epoch: string, floor: number, head: number, retention: number) {
    this.#database = database;
    this.epoch = epoch;
    this.#floor = floor;
    this.#head = head;
    this.retention = retention;
  }

  static async open(database: Database, options: JournalOptions): Promise<Journal> {
    const epoch = await database.transaction(async (queries) => {
      const known = await readMeta(queries, "epoch");
      if (known !== null) return known;
      const drawn = randomBytes(8).toString("hex");
      await writeMeta(queries, "epoch", drawn);
      return drawn;
    });
    const { floor, head } = await readBounds(database);
    return new Journal(database, epoch, floor, head, options.retention);
  }

  /** Number of the newest event; 0 when there is none. */
  get head(): number {
    return this.#head;
  }

  /** The oldest position a replay can start from. */
  get floor(): number {
    return this.#floor;
  }

  cursorAt(seq: number): string {
    return formatCursor({ epoch: this.epoch, seq });
  }

  /** Whether everything after `cursor` is still here. */
  covers(cursor: Cursor): boolean {
    return cursor.epoch === this.epoch && cursor.seq >= this.#floor && cursor.seq <= this.#head;
  }

  /** Called after every commit; returns the way to stop it. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Run one SQL transaction that changes the index and says so: `emit`ted events become visible with the data, or
   * not at all. Writers take turns.
   */
  async write<T>(work: (queries: Queries, emit: (event: NewEvent) => void) => Promise<T>): Promise<T> {
    const turn = this.#writing.then(() => this.#writeOne(work));
    this.#writing = turn.catch(() => undefined);
    return turn;
  }

  async #writeOne<T>(work: (queries: Queries, emit: (event: NewEvent) => void) => Promise<T>): Promise<T> {
    const events: JournalEvent[] = [];
    const emit = (event: NewEvent) => events.push({ ...event, seq: this.#head + events.length + 1 });
    const result = await this.#database.transaction(async (queries) => {
      const value = await work(queries, emit);
      await insertEvents(queries, events);
      await queries.query("DELETE FROM journal WHERE seq <= $1", [this.#floorFor(events.length)]);
      return value;
    });
    this.#floor = this.#floorFor(events.length);
    this.#head += events.length;
    this.#remember(events);
    if (events.length > 0) for (const listener of this.#listeners) listener();
    return result;
  }

  #floorFor(added: number): number {
    return Math.max(this.#floor, this.#head + added - this.retention);
  }

  /** Up to `limit` events after position `seq`, oldest first. The caller checks {@link covers} first. */
  async read(seq: number, limit: number): Promise<readonly JournalEvent[]> {
    const first = this.#tail[0];
    if (seq >= this.#head) return [];
    if (first !== undefined && seq >= first.seq - 1) {
      const start = seq - first.seq + 1;
      return this.#tail.slice(start, start + limit);
    }
    const rows = await this.#database.query<EventRow>(
      "SELECT * FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2",
      [seq, limit],
    );
    return rows.map(fromRow);
  }

  /** Position right after the events of block `number`, with that block's hash; null when it is not in the journal. */
  async positionAfterBlock(number: number): Promise<{ seq: number; hash: string } | null> {
    const [row] = await this.#database.query<{ seq: number | null; hash: string | null }>(
      "SELECT max(seq) AS seq, min(block_hash) AS hash FROM journal WHERE block_number = $1",
      [number],
    );
    return row?.seq == null || row.hash === null ? null : { seq: row.seq, hash: row.hash };
  }

  /** The oldest block whose event is kept. */
  async firstBlock(): Promise<number | null> {
    const [row] = await this.#database.query<{ number: number | null }>(
      "SELECT min(block_number) AS number FROM journal WHERE topic = 'blocks'",
    );
    return row?.number ?? null;
  }

  #remember(events: readonly JournalEvent[]): void {
    this.#tail.push(...events);
    for (const event of events) this.#tailBytes += event.payload.length;
    let drop = 0;
    while (this.#tail.length - drop > TAIL_EVENTS_MAX || this.#tailBytes > TAIL_BYTES_MAX) {
      this.#tailBytes -= this.#tail[drop]?.payload.length ?? 0;
      drop++;
    }
    if (drop > 0) this.#tail = this.#tail.slice(drop);
  }
}

type EventRow = {
  seq: number;
  topic: string;
  type: string;
  block_number: number | null;
  block_hash: string | null;
  keys: string;
  payload: string;
};

async function readBounds(queries: Queries): Promise<{ floor: number; head: number }> {
  const [row] = await queries.query<{ first: number | null; last: number | null }>(
    "SELECT min(seq) AS first, max(seq) AS last FROM journal",
  );
  return { floor: (row?.first ?? 1) - 1, head: row?.last ?? 0 };
}

/** The newest event's number as seen by `queries`, inside a snapshot. */
export async function readHead(queries: Queries): Promise<number> {
  return (await readBounds(queries)).head;
}

async function insertEvents(queries: Queries, events: readonly JournalEvent[]): Promise<void> {
  await insertRows(
    queries,
    "journal",
    {
      seq: "bigint",
      topic: "text",
      type: "text",
      block_number: "bigint",
      block_hash: "text",
      keys: "text",
      payload: "text",
    },
    events.map((event) => ({
      seq: event.seq,
      topic: event.topic,
      type: event.type,
      block_number: event.block?.n ?? null,
      block_hash: event.block?.h ?? null,
      keys: event.keys.join(" "),
      payload: event.payload,
    })),
  );
}

function fromRow(row: EventRow): JournalEvent {
  return {
    seq: row.seq,
    topic: row.topic as JournalTopic,
    type: row.type as EventType,
    block: row.block_number === null ? null : { n: row.block_number, h: row.block_hash as BlockRef["h"] },
    keys: row.keys === "" ? [] : row.keys.split(" "),
    payload: row.payload,
  };
}
