/** Thrown where a simulated node dies, so that nothing after that point runs. */
export class SimulatedCrash extends Error {
  constructor(point: string) {
    super(`crash at ${point}`);
  }
}

/** A crash shows as the error it was thrown as, or wrapped by what it interrupted. */
export function isCrash(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof SimulatedCrash) return true;
  return false;
}

/** Kinds of points at which a node may lose power: before each of these takes effect. */
export const POINT_KINDS = [
  "record.append",
  "record.write",
  "record.fsync",
  "record.rename",
  "record.directory",
  "evidence.append",
  "evidence.write",
  "evidence.fsync",
  "evidence.rename",
  "evidence.remove",
  "evidence.directory",
  "block.write",
  "block.fsync",
  "block.written",
  "send.proposal",
  "send.prepare",
  "send.commit",
  "send.round-change",
  "send.decided",
  "send.head",
  "send.transaction",
  "send.request",
  "send.answer",
] as const;

export type PointKind = (typeof POINT_KINDS)[number];

/**
 * One life of a node, from a start to a crash. Everything that reaches the world asks it first, so that whatever a dead
 * node still has in flight has no effect.
 */
export class Life {
  #alive = true;
  readonly #onPoint: (kind: PointKind) => boolean;

  /** @param onPoint sees every write and send before it happens; true kills the node there. */
  constructor(onPoint: (kind: PointKind) => boolean) {
    this.#onPoint = onPoint;
  }

  get alive(): boolean {
    return this.#alive;
  }

  end(): void {
    this.#alive = false;
  }

  /** @throws SimulatedCrash when the node is dead or dies here. */
  reach(kind: PointKind): void {
    if (!this.survives(kind)) throw new SimulatedCrash(kind);
  }

  /** The same for what does not end the task it is a part of. @returns whether the node lives on. */
  survives(kind: PointKind): boolean {
    if (this.#alive && this.#onPoint(kind)) this.#alive = false;
    return this.#alive;
  }
}
