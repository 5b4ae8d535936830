/** A fault, what is done, and what must come of it: the table of docs/nemesis.md, which a test holds against this. */
export interface ExpectedOutcome {
  /** What is done to the network. */
  readonly done: string;
  readonly outcome: string;
}

export const EXPECTED = {
  "kill f": {
    done: "kill -9 of f validators, restart",
    outcome: "blocks go on; restarted, they catch up and vote",
  },
  "kill f + 1": {
    done: "kill -9 of n - q + 1 validators, restart in the reverse order",
    outcome: "the chain waits; all up again, a block within two capped timeouts",
  },
  "pause f": {
    done: "SIGSTOP of f validators, SIGCONT",
    outcome: "blocks go on; resumed, they catch up and vote",
  },
  "pause q - 1": {
    done: "SIGSTOP of q - 1 validators, SIGCONT",
    outcome: "the chain waits; resumed, a block within two capped timeouts",
  },
  "pause long": {
    done: "SIGSTOP of q - 1 validators until the others have given up their connections, SIGCONT",
    outcome: "the chain waits; resumed, it goes on",
  },
  "cut off f": {
    done: "all connections of f validators to the others closed, and again as they come; healed",
    outcome: "blocks go on; healed, they catch up and vote",
  },
  partition: {
    done: "all connections between two halves closed, and again as they come; healed",
    outcome: "the chain waits on both sides; healed, it goes on",
  },
  silence: {
    done: "between two halves connections stay open and nothing arrives; healed",
    outcome: "the chain waits on both sides; healed, it goes on",
  },
  "one way": {
    done: "nothing that f validators say arrives, they hear everything; healed",
    outcome: "blocks go on; healed, they vote",
  },
  delay: {
    done: "200 ms each way between f validators and all others",
    outcome: "blocks go on everywhere",
  },
  "clock fast": {
    done: "clocks of f validators ten minutes fast while they run; set right",
    outcome: "blocks go on everywhere, with the right time; set right, they vote (C13)",
  },
  "clock slow": {
    done: "clocks of f validators ten minutes slow while they run; set right",
    outcome: "blocks go on everywhere; set right, they vote (C13)",
  },
  "clocks slow": {
    done: "clocks of n - q + 1 validators ten minutes slow while they run; set right",
    outcome: "the chain waits; set right, a block within two capped timeouts (C13)",
  },
  "clocks fast": {
    done: "clocks of q validators six seconds fast while they run; set right",
    outcome: "blocks go on with their time; set right, the chain waits until it is that late, and goes on",
  },
  "disk full": {
    done: "the disk of one validator fills up; space is freed and the validator started again",
    outcome: "it exits with code 1 and the reason, blocks go on; started again, it catches up and votes (W6)",
  },
} as const satisfies Readonly<Record<string, ExpectedOutcome>>;

export type Fault = keyof typeof EXPECTED;
