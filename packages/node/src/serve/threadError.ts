import { CausewayError } from "@causeway/protocol/errors";

/** An error on its way to another thread; a structured clone would keep neither its class nor its fields. */
export interface ThreadError {
  /** Code and details of a CausewayError, null for any other error. */
  readonly type: { readonly code: string } | null;
  readonly message: string;
  readonly stack?: string | undefined;
}

export function toThreadError(error: unknown): ThreadError {
  if (error instanceof CausewayError) return { type: error.type, message: error.message };
  if (error instanceof Error) return { type: null, message: error.message, stack: error.stack };
  return { type: null, message: String(error) };
}

export function fromThreadError({ type, message, stack }: ThreadError): Error {
  if (type !== null) return new CausewayError(type, message);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
