/** One repeated piece of a relayer's work. Its failures are judged by the loop, never by itself. */
export interface Step {
  readonly name: string;
  /** How far it has come: names of numbers for status and metrics. */
  readonly progress: Readonly<Record<string, number>>;
  run(): Promise<void>;
  /** Forget what was derived from the chains. */
  reset(): void;
}
