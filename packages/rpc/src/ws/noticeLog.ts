import type { Notice } from "./notice.js";

/** Between two notices, or after the last. Whoever is at a place keeps in memory what comes after it, and nothing else does. */
export interface Place {
  readonly number: number;
  /** Bytes of all notices before it. */
  readonly offset: number;
  /** What comes after it; null until it happens. */
  next: { readonly notice: Notice; readonly place: Place } | null;
}

/** What has happened, in order. Connections go through it each at its own pace: one that is behind has a place, no copies. */
export class NoticeLog {
  private last: Place = { number: 0, offset: 0, next: null };
  private newestOffset = 0;

  /** After the newest notice. */
  get end(): Place {
    return this.last;
  }

  append(notice: Notice): void {
    const { number, offset } = this.last;
    const place = { number: number + 1, offset: offset + notice.bytes, next: null };
    this.last.next = { notice, place };
    this.last = place;
    this.newestOffset = offset;
  }

  /** Bytes that happened after an offset, the newest notice left out: however large, nobody is late for it yet. */
  bytesSince(offset: number): number {
    return Math.max(this.newestOffset - offset, 0);
  }
}
