import { CausewayError } from "@causeway/protocol/errors";

/** X9. */
export const EXIT_CODE = { ok: 0, failure: 1, config: 2, safetyStop: 3 } as const;

export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

/** What the user wrote or pointed at is wrong, as against the machine failing. */
const CONFIG_ERRORS: ReadonlySet<string> = new Set([
  "ConfigInvalid",
  "GenesisInvalid",
  "KeystoreMissing",
  "KeystoreMalformed",
  "KeystoreWrongPassword",
  "InvalidKey",
  "PasswordFileUnreadable",
  "IdentityInvalid",
  "RecordForeign",
  "WrongChain",
  "UnsupportedRules",
]);

/** The exit code of a node that could not start or failed with this error. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof CausewayError && CONFIG_ERRORS.has(error.code)
    ? EXIT_CODE.config
    : EXIT_CODE.failure;
}
