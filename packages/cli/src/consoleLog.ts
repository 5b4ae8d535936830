import pino, { type Logger } from "pino";

/** Lines for people on a terminal, JSON lines elsewhere; on stderr, since stdout is for answers. */
export function consoleLog(name: string, level = process.env.CAUSEWAY_LOG_LEVEL ?? "info"): Logger {
  const options = { name, level, redact: ["*.privateKey", "*.password", "*.authorization"] };
  if (!process.stderr.isTTY) return pino(options, pino.destination(2));
  return pino(
    options,
    pino.transport({
      target: "pino-pretty",
      options: { destination: 2, ignore: "pid,hostname", translateTime: "HH:MM:ss.l" },
    }),
  );
}
