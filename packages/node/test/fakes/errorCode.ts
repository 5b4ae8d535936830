import { CausewayError } from "@causeway/protocol/errors";

/** For assert.throws and assert.rejects: the error has this code. */
export function withCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof CausewayError && error.code === code;
}
