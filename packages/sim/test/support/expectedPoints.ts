import type { PointKind } from "../../src/node/life.js";

/** What a validator writes, whatever happens. */
export const WRITES = [
  "record.append",
  "record.fsync",
  "block.write",
  "block.fsync",
  "block.written",
] as const satisfies readonly PointKind[];

/** What any run of a validator that gossips and syncs does. */
export const ALWAYS = [
  ...WRITES,
  "send.proposal",
  "send.prepare",
  "send.commit",
  "send.head",
  "send.transaction",
] as const satisfies readonly PointKind[];

export const ROUND_CHANGES = ["send.round-change"] as const satisfies readonly PointKind[];

/** How evidence against a validator is stored. */
export const EVIDENCE = [
  "evidence.append",
  "evidence.write",
  "evidence.fsync",
  "evidence.directory",
] as const satisfies readonly PointKind[];

/** How a record is written anew. */
export const ROTATION = [
  "record.write",
  "record.rename",
  "record.directory",
  "record.fsync",
] as const satisfies readonly PointKind[];

/** How one that was cut off is helped. */
export const HELP = ["send.decided", "send.request", "send.answer"] as const satisfies readonly PointKind[];

/** How evidence of a conflict is put in its place, and how it is retired when an operator resumes the node. */
export const STOPPING = [
  "evidence.write",
  "evidence.fsync",
  "evidence.rename",
  "evidence.directory",
] as const satisfies readonly PointKind[];
export const RESUMING = [...STOPPING, "evidence.remove"] as const satisfies readonly PointKind[];
