import type { Logger } from "../../ports/logger.js";
import type { RemoteCalls } from "./remoteCalls.js";

/** Lines on their way at one time; more are dropped, and how many is in the next line that is not. */
const UNDER_WAY_MAX = 256;

/** The node's log. */
export function remoteLog(calls: RemoteCalls): Logger {
  let underWay = 0;
  let dropped = 0;
  const write = (level: keyof Logger) => (fields: object, message: string) => {
    if (underWay >= UNDER_WAY_MAX) {
      dropped++;
      return;
    }
    underWay++;
    const told = dropped === 0 ? fields : { ...fields, droppedLines: dropped };
    dropped = 0;
    calls
      .ask("log", level, cloneable(told), message)
      .catch(() => {
        dropped++;
      })
      .finally(() => {
        underWay--;
      });
  };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

/** What a structured clone carries of the fields. */
function cloneable(fields: object): object {
  try {
    return structuredClone(fields);
  } catch {
    return { fields: String(fields) };
  }
}
