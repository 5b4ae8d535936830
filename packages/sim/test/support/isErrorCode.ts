import { CausewayError } from "@causeway/protocol/errors";

/** Whether something thrown is an error of this code. */
export function isErrorCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof CausewayError && error.code === code;
}
