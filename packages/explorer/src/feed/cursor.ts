/**
 * A position in the journal: everything up to and including `seq` was seen. The epoch is drawn when a journal is
 * made, so that a cursor of one journal is never mistaken for a position in another.
 */
export interface Cursor {
  readonly epoch: string;
  readonly seq: number;
}

const CURSOR_FORM = /^([0-9a-f]{16})\.(0|[1-9][0-9]{0,15})$/;

export function formatCursor(cursor: Cursor): string {
  return `${cursor.epoch}.${cursor.seq}`;
}

/** @returns null when `text` is not `epoch.seq`. */
export function parseCursor(text: string): Cursor | null {
  const match = CURSOR_FORM.exec(text);
  if (match?.[1] === undefined) return null;
  const seq = Number(match[2]);
  return Number.isSafeInteger(seq) ? { epoch: match[1], seq } : null;
}
