import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Debian and others put it; CAUSEWAY_CHROMIUM names another place. */
const CANDIDATES = [
  process.env.CAUSEWAY_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

export const CHROMIUM_PATH = CANDIDATES.find((path) => path !== undefined && existsSync(path)) ?? null;

/** A bound on waiting, for machines that are busy. */
const START_MS_MAX = 150_000;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A headless browser with a profile of its own. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: FLAGS, timeout: START_MS_MAX });
}
