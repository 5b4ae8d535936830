import { checkpointsConflict } from "@causeway/protocol/checkpoint";
import { BridgeError } from "../bridgeError.js";
import { quantity, type RpcReader } from "../rpc/rpcReader.js";
import { decodeSealedCheckpoint, type SealedCheckpoint } from "../sidechain/readCertificate.js";

/** Two certificates of one set that exclude each other (F2). */
export type Conflict = readonly [SealedCheckpoint, SealedCheckpoint];

const METHOD = "causeway_getEvidence";
/** Only the safety stops of the answer are of interest. */
const ONE_PIECE = [quantity(0), quantity(1)];
/** Stops that operators have ended; a node has few. */
const STOPS_MAX = 64;

/**
 * The conflicts a sidechain node keeps as evidence of its safety stops (F2). Seals are not checked: L1 does.
 * @throws {BridgeError} RpcMalformed; RpcRefused by a node that knows no such method.
 */
export async function readConflicts(sidechain: RpcReader): Promise<readonly Conflict[]> {
  const answer = (await sidechain.send(METHOD, ONE_PIECE)) as {
    readonly safetyStop?: unknown;
    readonly resumedStops?: unknown;
  } | null;
  if (typeof answer !== "object" || answer === null) {
    throw new BridgeError({ code: "RpcMalformed", method: METHOD, field: "result" }, `${METHOD}: no object`);
  }
  const { safetyStop, resumedStops } = answer;
  const resumed = Array.isArray(resumedStops) ? resumedStops.slice(-STOPS_MAX) : [];
  return [safetyStop, ...resumed].flatMap((stop) => {
    const conflict = decodeConflict(stop);
    return conflict === null ? [] : [conflict];
  });
}

/** A stop of another kind has one certificate, and one across a change of the set is none that L1 judges. */
function decodeConflict(stop: unknown): Conflict | null {
  if (typeof stop !== "object" || stop === null || !("certificates" in stop)) return null;
  const { certificates } = stop;
  if (!Array.isArray(certificates) || certificates.length !== 2) return null;
  const [a, b] = certificates.map(decodeSealedCheckpoint) as [SealedCheckpoint, SealedCheckpoint];
  return excludeEachOther(a, b) ? [a, b] : null;
}

/** Whether two certificates are of one set and contradict each other (F2). */
export function excludeEachOther(a: SealedCheckpoint, b: SealedCheckpoint): boolean {
  const [first, second] = [a.certificate.checkpoint, b.certificate.checkpoint];
  return first.validatorSetHash === second.validatorSetHash && checkpointsConflict(first, second);
}
