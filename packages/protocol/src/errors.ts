/**
 * An error that callers may decide by: `type.code` names what happened, the other fields say to what.
 * The message is for people and names the input, the value and the rule or flag (X10).
 */
export class CausewayError<T extends { code: string }> extends Error {
  readonly type: T;

  constructor(type: T, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CausewayError";
    this.type = type;
  }

  get code(): T["code"] {
    return this.type.code;
  }
}
