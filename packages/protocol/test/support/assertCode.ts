import assert from "node:assert/strict";
import { CausewayError } from "../../src/errors.js";

/** Runs `action`, which must throw a CausewayError of this code, and of this field when one is given. */
export function assertThrowsCode(action: () => unknown, code: string, field?: string): void {
  assert.throws(action, (error: unknown) => {
    assert.ok(error instanceof CausewayError, `not a CausewayError: ${error}`);
    assert.equal(error.type.code, code);
    if (field !== undefined) assert.equal((error.type as { field?: string }).field, field);
    return true;
  });
}

/** Runs `action`; whatever it throws must be a CausewayError. */
export function assertOnlyCausewayErrors(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof CausewayError, `not a CausewayError: ${error}`);
  }
}
