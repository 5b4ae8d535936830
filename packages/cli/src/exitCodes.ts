import { CausewayError } from "@causeway/protocol/errors";

/** X9. */
export const EXIT = { ok: 0, failure: 1, usage: 2, safetyStop: 3 } as const;

/** Codes that mean "what you gave me is wrong", wherever they arise. */
const USAGE_CODES: ReadonlySet<string> = new Set([
  "Usage",
  "ConfigInvalid",
  "RelayerConfigInvalid",
  "GenesisInvalid",
  "PortTaken",
  "ListenFailed",
  "IpcFailed",
  "JwtSecretInvalid",
  "KeystoreInvalid",
  "WrongPassword",
  "WrongChain",
  "V6.parentHash",
  "V6.validators",
  "SnapshotWrongChain",
  "SnapshotTrust",
  "DatabaseExists",
  "UnsupportedRules",
  "AttestersInvalid",
  "AccountReserved",
  "AddressMismatch",
  "KeyShared",
  "KeyMissing",
  "SafetyStopNotResumed",
]);
const SAFETY_CODES: ReadonlySet<string> = new Set(["SafetyStop", "F2"]);

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof CausewayError)) return EXIT.failure;
  if (USAGE_CODES.has(error.code)) return EXIT.usage;
  return SAFETY_CODES.has(error.code) ? EXIT.safetyStop : EXIT.failure;
}
