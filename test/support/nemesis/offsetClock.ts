// Preloaded into a node (`node --import`): its wall clock is wrong by what the file holds, which may change any time.
// The monotonic clock and timers are left alone, as an NTP step leaves them.
import { readFileSync } from "node:fs";
import { CLOCK_FILE_VARIABLE } from "./wallClocks.js";

const READ_INTERVAL_MS = 50;

const path = process.env[CLOCK_FILE_VARIABLE];
if (path !== undefined) {
  const RealDate = Date;
  let offsetMs = 0;
  const read = () => {
    offsetMs = Number(readFileSync(path, "utf8"));
  };
  read();
  setInterval(read, READ_INTERVAL_MS).unref();

  const now = () => RealDate.now() + offsetMs;
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args, constructed) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, constructed),
    get: (target, property, receiver) => (property === "now" ? now : Reflect.get(target, property, receiver)),
  });
}
