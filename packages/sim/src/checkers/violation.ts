/** A rule that did not hold in a run. */
export class Violation extends Error {
  /** e.g. "F1" */
  readonly rule: string;

  constructor(rule: string, message: string) {
    super(`${rule}: ${message}`);
    this.rule = rule;
  }
}
