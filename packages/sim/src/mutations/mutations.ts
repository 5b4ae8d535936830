import type { Mutation } from "./mutation.js";

/** Every mutation the simulator is known to find, the ones that once brought chains of this kind down first. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: "prepared-certificate-left-out",
    rule: "C8",
    breaks: "A ROUND-CHANGE never tells what its author prepared.",
    edits: [
      {
        module: "@causeway/consensus/rounds/changeRound",
        from: "const claim = prepared && {",
        to: "const claim = null && {",
      },
    ],
  },
  {
    name: "no-fsync",
    rule: "W2",
    breaks: "The record is appended but not fsynced before the signature is sent.",
    edits: [
      {
        module: "@causeway/node/record/safetyRecord",
        from: "            this.#file.sync();\n",
        to: "",
      },
    ],
  },
  {
    name: "no-block-in-record",
    rule: "W2",
    breaks: "PROPOSAL and PREPARE entries of the record lack the block.",
    edits: [
      {
        module: "@causeway/node/record/entryCodec",
        from: "const { block, ...rest } = entry;",
        to: "const { block: _left, ...rest } = entry;\n    const block = null;",
      },
    ],
  },
  {
    name: "round-change-not-recorded",
    rule: "W1",
    breaks: "A ROUND-CHANGE is signed and sent without an entry in the record.",
    edits: [
      {
        module: "@causeway/node/record/safetyRecord",
        from: "        this.#append(entry);\n        return entry;",
        to: '        if (wanted.signing.kind !== "round-change")\n            this.#append(entry);\n        return entry;',
      },
    ],
  },
  {
    name: "round-change-out-of-order",
    rule: "W1",
    breaks: "The record puts a ROUND-CHANGE after the COMMIT of its round instead of before its PROPOSAL.",
    edits: [
      {
        module: "@causeway/node/record/position",
        from: '{ "round-change": 0,',
        to: '{ "round-change": 4,',
      },
    ],
  },
  {
    name: "no-jump",
    rule: "C8",
    breaks: "A node does not follow f + 1 validators to a higher round.",
    edits: [
      {
        module: "@causeway/consensus/events/uponRoundChange",
        from: "if (highest > step.round.number)",
        to: "if (highest > Number.MAX_SAFE_INTEGER)",
      },
    ],
  },
  {
    name: "window-of-1000-rounds",
    rule: "C8",
    breaks: "ROUND-CHANGEs more than 1,000 rounds ahead are dropped.",
    edits: [
      {
        module: "@causeway/consensus/events/uponRoundChange",
        from: "if (!isBacked(step.height, message))",
        to: "if (message.payload.round > step.round.number + 1_000 || !isBacked(step.height, message))",
      },
    ],
  },
  {
    name: "stale-timers-accepted",
    rule: "C7",
    breaks: "A timeout of a round that was left moves the round that was entered since.",
    edits: [
      {
        module: "@causeway/consensus/transition",
        from: "if (timer.height !== number || timer.round !== round.number || decision !== null)",
        to: "if (timer.height !== number || decision !== null)",
      },
    ],
  },
  {
    name: "preparers-not-distinct",
    rule: "C8",
    breaks: "q PREPAREs of one validator count as q.",
    edits: [
      {
        module: "@causeway/consensus/proposals/isPreparedBy",
        from: "authors.size === prepares.length &&\n        authors.size >= quorum",
        to: "prepares.length >= quorum",
      },
    ],
  },
  {
    name: "round-changers-not-distinct",
    rule: "C2",
    breaks: "q ROUND-CHANGEs of one validator justify a PROPOSAL.",
    edits: [
      {
        module: "@causeway/consensus/proposals/proposalFault",
        from: "authors.size !== roundChanges.length || authors.size < height.quorum",
        to: "roundChanges.length < height.quorum",
      },
    ],
  },
  {
    name: "no-relay-after-dedupe",
    rule: "C11",
    breaks: "A node sends its own messages again, but not those it holds of others.",
    edits: [
      {
        module: "@causeway/consensus/messages/messagesToResend",
        from: "    return [\n        ...ownProposal(height),\n        ...highestVotes(votes.roundChanges, validators).map((message) => withOwnBlock(height, message)),\n        ...highestVotes(votes.prepares, validators),\n        ...highestVotes(votes.commits, validators),\n    ];",
        to: "    return [\n        ...ownProposal(height),\n        ...highestVotes(votes.roundChanges, validators).map((message) => withOwnBlock(height, message)),\n        ...highestVotes(votes.prepares, validators),\n        ...highestVotes(votes.commits, validators),\n    ].filter(({ author }) => author === height.self);",
      },
    ],
  },
  {
    name: "prepared-claim-without-prepares",
    rule: "C8",
    breaks: "A prepared claim is believed without the q PREPAREs behind it.",
    edits: [
      {
        module: "@causeway/consensus/events/uponRoundChange",
        from: "return payload.prepared.round < payload.round && isPreparedBy(height, payload.prepared, prepares);",
        to: "return payload.prepared.round < payload.round;",
      },
      {
        module: "@causeway/consensus/proposals/proposalFault",
        from: "if (!isPreparedBy(height, claim, prepares)) {",
        to: "if (false) {",
      },
    ],
  },
  {
    name: "round-changes-of-another-height",
    rule: "C2",
    breaks: "q ROUND-CHANGEs of whatever height justify a PROPOSAL.",
    edits: [
      {
        module: "@causeway/consensus/proposals/proposalFault",
        from: "payload.height === height.number &&",
        to: "",
      },
    ],
  },
  {
    name: "prepares-of-another-height",
    rule: "C8",
    breaks: "q PREPAREs of whatever height stand behind a prepared claim.",
    edits: [
      {
        module: "@causeway/consensus/proposals/isPreparedBy",
        from: "payload.height === number &&",
        to: "",
      },
    ],
  },
  {
    name: "withdrawals-allowed",
    rule: "H1",
    breaks: "Blocks may carry withdrawals, which credit accounts out of nothing.",
    edits: [
      {
        module: "@causeway/chain/rules/causeway/headerRules",
        from: "withdrawals.length > 0 ?",
        to: "false ?",
      },
      {
        module: "@causeway/chain/rules/causeway/headerRules",
        from: "fault: ({ header }) => differs(header.withdrawalsRoot, EMPTY_ROOT)",
        to: "fault: () => null",
      },
    ],
  },
  {
    name: "swapped-body-accepted",
    rule: "C16",
    breaks: "A block is taken with a body that its header does not commit to.",
    edits: [
      {
        module: "@causeway/node/ingress/bodyFault",
        from: "if (listRoot(withdrawals) !== header.withdrawalsRoot)",
        to: "if (false)",
      },
    ],
  },
  {
    name: "round-counts-as-conflict",
    rule: "F2",
    breaks: "Two certificates of one block that differ in the round count as a conflict.",
    edits: [
      {
        module: "@causeway/protocol/checkpoint",
        from: "return (a.timestamp !== b.timestamp ||",
        to: "return (a.round !== b.round ||\n        a.timestamp !== b.timestamp ||",
      },
      {
        module: "@causeway/protocol/checkpoint",
        from: "return a.round === b.round && !checkpointsConflict(a, b)",
        to: "return !checkpointsConflict(a, b)",
      },
    ],
  },
  {
    name: "commit-below-quorum",
    rule: "C9",
    breaks: "A node commits once q - 1 validators have prepared.",
    edits: [
      {
        module: "@causeway/consensus/events/uponPrepare",
        from: "if (prepares.length < quorum)",
        to: "if (prepares.length < quorum - 1)",
      },
    ],
  },
  {
    name: "jump-keeps-timer",
    rule: "C6",
    breaks: "A round entered gets no timer of its own; the one of the round left runs on.",
    edits: [
      {
        module: "@causeway/consensus/rounds/enterRound",
        from: "round: newRound(number),",
        to: "round: { ...newRound(number), timerRunning: step.round.timerRunning },",
      },
      {
        module: "@causeway/consensus/rounds/enterRound",
        from: 'cancelTimers(step, ["block", "round", "proposal"]);',
        to: 'cancelTimers(step, ["block", "proposal"]);',
      },
    ],
  },
  {
    name: "timer-from-entry",
    rule: "C6",
    breaks: "Every round is timed from its entry, whoever else is in it (decision 0002).",
    edits: [
      {
        module: "@causeway/consensus/rounds/roundTimers",
        from: "if (joined.length >= quorum || round.proposal !== null)",
        to: "if (joined.length >= 0)",
      },
    ],
  },
  {
    name: "timer-growth-unbounded",
    rule: "C7",
    breaks: "Timeouts double without a bound.",
    edits: [
      {
        module: "@causeway/consensus/rounds/roundTimeoutMs",
        from: "config.requestTimeoutMs * 2 ** Math.min(round, MAX_DOUBLINGS)",
        to: "config.requestTimeoutMs * 2 ** Math.min(round, 24)",
      },
      {
        module: "@causeway/consensus/rounds/roundTimeoutMs",
        from: "return Math.min(doubled, config.maxRequestTimeoutMs);",
        to: "return doubled;",
      },
    ],
  },
  {
    name: "timeout-not-growing",
    rule: "C7",
    breaks: "Every round has the timeout of round 0.",
    edits: [
      {
        module: "@causeway/consensus/rounds/roundTimeoutMs",
        from: "Math.min(round, MAX_DOUBLINGS)",
        to: "0",
      },
    ],
  },
  {
    name: "seals-of-rounds-mixed",
    rule: "C3",
    breaks: "COMMITs of different rounds for one block are put into one certificate.",
    edits: [
      {
        module: "@causeway/consensus/events/uponCommit",
        from: "votesAt(votes.commits, validators, checkpoint.round).filter(({ payload }) => checkpointsEqual(payload, checkpoint));",
        to: "validators.flatMap((author) => [...(votes.commits.get(author)?.values() ?? [])].filter(({ payload }) => payload.blockHash === checkpoint.blockHash).slice(0, 1));",
      },
    ],
  },
  {
    name: "quorum-rounded-down",
    rule: "C3",
    breaks: "q is floor(2n/3): two quorums may share only faulty validators.",
    edits: [
      {
        module: "@causeway/protocol/quorum",
        from: "Math.ceil((2 * n) / 3)",
        to: "Math.floor((2 * n) / 3)",
      },
    ],
  },
  {
    name: "record-dropped-early",
    rule: "W4",
    breaks: "Entries of a height are dropped when it is decided, before its block is durable.",
    edits: [
      {
        module: "@causeway/node/host/consensusHost",
        from: '            case "commit":\n',
        to: '            case "commit":\n                this.#ports.records.headMoved({ height: effect.block.height, certificate: null });\n',
      },
      {
        module: "@causeway/node/record/safetyRecord",
        from: "const ROTATE_BYTES = 4 * 1024 * 1024;",
        to: "const ROTATE_BYTES = 0;",
      },
    ],
  },
  {
    name: "rounds-forgotten-at-any-size",
    rule: "W4",
    breaks: "The record forgets earlier rounds of a height at once, not only past 4 MiB (decision 0022).",
    edits: [
      {
        module: "@causeway/node/record/safetyRecord",
        from: "if (this.#fileBytes > this.#compactBytes)",
        to: "if (this.#fileBytes > 0)",
      },
    ],
  },
  {
    name: "block-not-synced",
    rule: "W4",
    breaks: "The batch of a block is written, and not synced before the block counts as durable.",
    execution: "real",
    edits: [
      {
        module: "@causeway/chain/store/databaseOver",
        from: "await store.batch(operations, { sync });",
        to: "await store.batch(operations, { sync: false });",
      },
    ],
  },
  {
    name: "record-not-resumed",
    rule: "W3",
    breaks: "A restarted node begins its height anew instead of where its record says it was.",
    edits: [
      {
        module: "@causeway/consensus/rounds/enterHeight",
        from: "const height = restoreHeight(fresh, restored);",
        to: "const height = restored.length > 1_000_000 ? restoreHeight(fresh, restored) : fresh;",
      },
    ],
  },
  {
    name: "damaged-record-replaced",
    rule: "W5",
    breaks: "A key whose record is unreadable signs at once with an empty one.",
    edits: [
      {
        module: "@causeway/node/record/recordBook",
        from: "        else\n            this.#waiting.add(key);",
        to: "        else\n            this.#begin(key, 0);",
      },
    ],
  },
  {
    name: "record-damage-unseen",
    rule: "W5",
    breaks: "What follows a damaged entry of the record is dropped as if a crash had torn it.",
    edits: [
      {
        module: "@causeway/node/record/safetyRecord",
        from: "        if (damaged !== null)\n            throw unreadable(path, damaged);\n",
        to: "",
      },
    ],
  },
  {
    name: "early-proposal-not-held",
    rule: "C13",
    breaks: "A fresh PROPOSAL is accepted however far its time lies ahead of the clock.",
    edits: [
      {
        module: "@causeway/consensus/events/uponProposal",
        from: "if (dueInMs <= 0 || !isFresh(message))",
        to: "if (dueInMs < Number.MAX_SAFE_INTEGER)",
      },
    ],
  },
  {
    name: "certificate-not-checked",
    rule: "N3",
    breaks: "Synced blocks are imported whatever their certificate is.",
    edits: [
      {
        module: "@causeway/node/sync/certifiedBlockFaults",
        from: "const fault = verifyCertificate(certificate, validators, domain, recover);",
        to: "const fault = null;",
      },
    ],
  },
  {
    name: "reproposal-not-checked",
    rule: "C5",
    breaks: "A PROPOSAL may name another block than the one prepared in the highest round.",
    edits: [
      {
        module: "@causeway/consensus/proposals/proposalFault",
        from: "    if (claim.blockHash === blockHash)\n        return null;",
        to: '    if (claim.blockHash !== "")\n        return null;',
      },
    ],
  },
  {
    name: "prepared-block-built-anew",
    rule: "C5",
    breaks: "Whoever has to propose a prepared block again builds a new one.",
    edits: [
      {
        module: "@causeway/consensus/proposals/propose",
        from: "    if (prepared)\n        recordProposal(step, prepared);\n",
        to: "    if (prepared)\n        build(step);\n",
      },
    ],
  },
  {
    name: "unexecuted-block-prepared",
    rule: "C9",
    breaks: "A block is prepared without having been executed.",
    edits: [
      {
        module: "@causeway/consensus/proposals/prepareOrExecute",
        from: "    if (!step.height.outcomes.has(proposal.hash))\n        return execute(step, proposal);\n",
        to: "    if (!step.height.outcomes.has(proposal.hash))\n        execute(step, proposal);\n",
      },
    ],
  },
  {
    name: "set-change-missed",
    rule: "V1",
    breaks: "A height is sealed by the set of the height before.",
    edits: [
      {
        module: "@causeway/consensus/rounds/enterHeight",
        from: "const validators = head.nextValidators;",
        to: "const validators = head.validators;",
      },
    ],
  },
  {
    name: "list-never-read",
    rule: "V1",
    breaks: "The list in the contract's storage is not read where an epoch ends.",
    execution: "real",
    edits: [
      {
        module: "@causeway/chain/execution/nextValidators",
        from: "if (height % epochLength !== 0)",
        to: "if (height > 0)",
      },
    ],
  },
  {
    name: "set-of-genesis-resumed",
    rule: "V1",
    breaks: "A restarted node goes by the set of the genesis, whatever the list was when the epoch began.",
    execution: "real",
    edits: [
      {
        module: "@causeway/chain/execution/validatorsAt",
        from: "const start = epochStart(Math.max(height, 1), spec.epochLength);",
        to: "const start = 1;",
      },
    ],
  },
  {
    name: "rotated-key-silent",
    rule: "V4",
    breaks: "A node signs with the first key of its ring only.",
    execution: "real",
    edits: [
      {
        module: "@causeway/consensus/rounds/enterHeight",
        from: "config.keys.find((key) =>",
        to: "config.keys.slice(0, 1).find((key) =>",
      },
    ],
  },
  {
    name: "lowest-claim-proposed",
    rule: "C5",
    breaks: "Of the prepared claims the one of the lowest round is proposed again.",
    edits: [
      {
        module: "@causeway/consensus/proposals/highestClaim",
        from: "payload.prepared.round > (highest?.round ?? -1)",
        to: "payload.prepared.round < (highest?.round ?? Number.MAX_SAFE_INTEGER)",
      },
    ],
  },
  {
    name: "nothing-sent-again",
    rule: "C11",
    breaks: "What was lost on the way is not sent again.",
    edits: [
      {
        module: "@causeway/consensus/events/uponResendTimeout",
        from: '    for (const message of messagesToResend(step.height))\n        step.emit({ kind: "broadcast", message });\n',
        to: "",
      },
    ],
  },
  {
    name: "next-height-tells-nothing",
    rule: "C11",
    breaks: "Who missed a block does not ask the peer that votes at the next height for it.",
    edits: [
      {
        module: "@causeway/consensus/events/uponMessage",
        from: "    catchUpWith(step, peer, height - 1);\n",
        to: "    if (height > step.height.number + 1)\n        catchUpWith(step, peer, height - 1);\n",
      },
    ],
  },
];

/** @throws RangeError when there is none of that name. */
export function mutationNamed(name: string): Mutation {
  const mutation = MUTATIONS.find((known) => known.name === name);
  if (mutation === undefined) throw new RangeError(`no mutation is named "${name}"`);
  return mutation;
}
