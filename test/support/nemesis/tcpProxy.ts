import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

const HOST = "127.0.0.1";
/** Bytes held for a delayed direction before the sender is made to wait. */
const HELD_BYTES_MAX = 4 * 1024 * 1024;

/** `forth`: from the side that dialled to the side that listens. */
export type Direction = "forth" | "back";

/** What a direction of a link does with bytes. */
interface Condition {
  stalled: boolean;
  delayMs: number;
}

/**
 * One link between two processes that can be hurt: a TCP proxy in front of a port. Whole until it is cut, stalled or
 * delayed; `heal` makes it whole again.
 */
export class TcpProxy {
  /** Bytes that have passed, since the proxy began. */
  readonly passed: Record<Direction, number> = { forth: 0, back: 0 };
  private readonly conditions: Readonly<Record<Direction, Condition>> = {
    forth: { stalled: false, delayMs: 0 },
    back: { stalled: false, delayMs: 0 },
  };
  private readonly pairs = new Set<LinkedPair>();
  private isCut = false;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on("connection", (socket) => this.accept(socket));
  }

  /** @param target port on this machine that connections are passed on to. */
  static async before(target: number): Promise<TcpProxy> {
    const server = createServer({ pauseOnConnect: true, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, HOST, resolve);
    });
    return new TcpProxy(server, target);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Close every connection; new ones are closed as they come. */
  cut(): void {
    this.isCut = true;
    for (const pair of this.pairs) pair.end();
  }

  /** Bytes of one direction stay where they are; connections stay open, new ones too. */
  stall(direction: Direction): void {
    this.conditions[direction].stalled = true;
    for (const pair of this.pairs) pair.conditionsChanged();
  }

  /** Every byte of one direction comes later by `delayMs`. */
  delay(direction: Direction, delayMs: number): void {
    this.conditions[direction].delayMs = delayMs;
  }

  heal(): void {
    this.isCut = false;
    for (const condition of Object.values(this.conditions)) {
      condition.stalled = false;
      condition.delayMs = 0;
    }
    for (const pair of this.pairs) pair.conditionsChanged();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(dialler: Socket): void {
    if (this.isCut) {
      dialler.on("error", () => {});
      dialler.destroy();
      return;
    }
    const listener = connect({ host: HOST, port: this.target, noDelay: true });
    const pair = new LinkedPair(dialler, listener, this.conditions, this.passed, () =>
      this.pairs.delete(pair),
    );
    this.pairs.add(pair);
  }
}

/** The two sockets of one connection through a proxy. */
class LinkedPair {
  private readonly flows: readonly Flow[];
  private ended = false;

  constructor(
    private readonly dialler: Socket,
    private readonly listener: Socket,
    conditions: Readonly<Record<Direction, Condition>>,
    passed: Record<Direction, number>,
    private readonly onEnd: () => void,
  ) {
    const count = (direction: Direction) => (bytes: number) => {
      passed[direction] += bytes;
    };
    this.flows = [
      new Flow(dialler, listener, conditions.forth, count("forth")),
      new Flow(listener, dialler, conditions.back, count("back")),
    ];
    for (const socket of [dialler, listener]) {
      socket.on("error", () => this.end());
      socket.on("close", () => this.end());
    }
    this.conditionsChanged();
  }

  conditionsChanged(): void {
    for (const flow of this.flows) flow.adjust();
  }

  /** One side has gone: the other learns it at once. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    for (const flow of this.flows) flow.stop();
    // Not resetAndDestroy: a process that has reset sockets with requests under way may spin for ever as it exits (Node 20).
    for (const socket of [this.dialler, this.listener]) socket.destroy();
    this.onEnd();
  }
}

/** One direction of one connection. */
class Flow {
  private readonly held: { readonly dueMs: number; readonly chunk: Buffer }[] = [];
  private heldBytes = 0;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    private readonly source: Socket,
    private readonly sink: Socket,
    private readonly condition: Condition,
    private readonly onPassed: (bytes: number) => void,
  ) {
    source.on("data", (chunk: Buffer) => this.take(chunk));
    sink.on("drain", () => this.adjust());
  }

  /** Read, or do not, by what the link is told to be. */
  adjust(): void {
    if (this.stopped) return;
    const { stalled } = this.condition;
    if (stalled || this.sink.writableNeedDrain || this.heldBytes >= HELD_BYTES_MAX) this.source.pause();
    else this.source.resume();
    if (!stalled) this.release();
  }

  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private take(chunk: Buffer): void {
    this.held.push({ dueMs: performance.now() + this.condition.delayMs, chunk });
    this.heldBytes += chunk.length;
    this.adjust();
  }

  /** Pass on what is due, in order. */
  private release(): void {
    for (let next = this.held[0]; next !== undefined; next = this.held[0]) {
      const waitMs = next.dueMs - performance.now();
      if (waitMs > 0 && this.condition.delayMs > 0) {
        this.timer ??= setTimeout(() => {
          this.timer = null;
          this.adjust();
        }, waitMs);
        return;
      }
      this.held.shift();
      this.heldBytes -= next.chunk.length;
      this.onPassed(next.chunk.length);
      this.sink.write(next.chunk);
    }
  }
}
