import type { StatusPort } from "../statusPort.js";

/** What a health path answers; `reason` says why not. */
export type HealthReport = { readonly ok: boolean; readonly reason?: string };

/** GET /livez: the process serves. GET /readyz: it also follows the chain (F4) and has not stopped (F2). null for other paths. */
export async function health(path: string, status: StatusPort): Promise<HealthReport | null> {
  if (path === "/livez") return { ok: true };
  if (path !== "/readyz") return null;
  const halted = await status.halted();
  if (halted !== null) return { ok: false, reason: halted };
  return (await status.syncing()) === false ? { ok: true } : { ok: false, reason: "syncing" };
}
