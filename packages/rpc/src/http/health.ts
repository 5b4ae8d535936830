import type { StatusPort } from "../statusPort.js";

/** What a health path answers; `reason` says why not. */
export type HealthReport = { readonly ok: boolean; readonly reason?: string };

/** GET /livez: the process serves. GET /readyz: it also follows the chain (F4) and has not stopped (F2). null for other paths. */
export function health(path: string | undefined, status: StatusPort): HealthReport | null {
  if (path === "/livez") return { ok: true };
  if (path !== "/readyz") return null;
  const halted = status.halted();
  if (halted !== null) return { ok: false, reason: halted };
  return status.syncing() === false ? { ok: true } : { ok: false, reason: "syncing" };
}
