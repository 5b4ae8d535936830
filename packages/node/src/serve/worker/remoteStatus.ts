import type { StatusPort } from "@causeway/rpc/statusPort";
import type { ServeSettings } from "../serveMessages.js";
import type { RemoteCalls } from "./remoteCalls.js";

/** What the voting thread tells of the running node; each answer is as of when it was asked. */
export function remoteStatus(
  calls: RemoteCalls,
  { clientVersion, minTipWei }: Pick<ServeSettings, "clientVersion" | "minTipWei">,
): StatusPort {
  return {
    clientVersion,
    minTipWei,
    coinbase: () => calls.ask("coinbase"),
    syncing: () => calls.ask("syncing"),
    listening: () => calls.ask("listening"),
    peers: () => calls.ask("peers"),
    halted: () => calls.ask("halted"),
    refused: () => calls.ask("refused"),
    evidence: (page) => calls.ask("evidence", page),
    rounds: () => calls.ask("rounds"),
    details: () => calls.ask("details"),
  };
}
