import { type Address, fromHex, type Hash, type Hex } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { quorum } from "@causeway/protocol/quorum";
import { readyDigest } from "@causeway/protocol/ready";
import { Transaction, type Wallet, ZeroAddress } from "ethers";
import type { SubmittedTransaction } from "../backend/chainBackend.js";
import { addressOf, firstKeys, operatorOf, secondKey } from "../backend/wallets.js";
import { CHAIN_ID } from "../model/modelGenesis.js";
import type { Simulation } from "../run/simulation.js";
import type { SetChange, SetChanges } from "./setChanges.js";
import { CHANGE, VALIDATOR_SET, type ValidatorContract } from "./validatorContract.js";

/** More than any of the calls needs. */
const CALL_GAS = 1_500_000;
const GAS_PRICE_WEI = 3_000_000_000n;
/** How likely it is that an operator who is to vote does so when the operators look next. */
const VOTE_CHANCE = 0.7;

/** A call of the contract by the operator of a node. */
interface Call {
  readonly operator: number;
  readonly name: "rotate" | "postReady" | "propose" | "vote" | "execute";
  readonly args: readonly unknown[];
}

interface Account {
  nonce: number;
  /** Sent and not yet in a block. */
  pending: SubmittedTransaction | null;
}

/** The operators of a run: they change the contract's list by signed transactions, as `causeway validator` does (V3, V4). */
export class Operators {
  readonly #simulation: Simulation;
  readonly #contract: ValidatorContract;
  readonly #plan: SetChanges;
  readonly #random;
  readonly #keys: readonly Wallet[];
  readonly #accounts: readonly Account[];
  /** Changes made so far. */
  #made = 0;

  constructor(simulation: Simulation, contract: ValidatorContract, plan: SetChanges) {
    const { knobs, random } = simulation;
    this.#simulation = simulation;
    this.#contract = contract;
    this.#plan = plan;
    this.#random = random.fork("operators");
    this.#keys = firstKeys(knobs.nodes);
    this.#accounts = this.#keys.map(() => ({ nonce: 0, pending: null }));
  }

  start(): void {
    this.#simulation.clockwork.later(this.#plan.everyMs, () => {
      this.#look();
      this.start();
    });
  }

  #look(): void {
    const { changes } = this.#plan;
    for (let change = changes[this.#made]; change !== undefined; change = changes[this.#made]) {
      if (!this.#isMade(change)) {
        for (const call of this.#callsFor(change)) this.#send(call);
        break;
      }
      this.#made += 1;
      this.#simulation.coverage.add(`operators ${change.kind}`);
    }
    const { nodes } = this.#simulation;
    // A pool forgets at a crash: who sent a transaction sends it again until it is included.
    for (const account of this.#accounts) {
      const pending = this.#pendingOf(account);
      if (pending !== null) this.#simulation.submitTransaction(pending, this.#random.pick(nodes));
    }
  }

  #isMade({ kind, node }: SetChange): boolean {
    const { list } = this.#contract;
    if (kind === "rotate") return list.has(addressOf(secondKey(node)));
    return (this.#seatOf(node) !== null) === (kind === "add");
  }

  #callsFor({ kind, node }: SetChange): Call[] {
    // A Ready names a block after genesis.
    if (this.#contract.head.number === 0) return [];
    if (kind === "rotate") {
      const seat = this.#seatOf(node);
      if (seat === null) return [];
      return [{ operator: node, name: "rotate", args: [seat, ...this.#readyOf(secondKey(node))] }];
    }
    return kind === "add" ? this.#callsForAddition(node) : this.#callsForRemoval(node);
  }

  #callsForAddition(node: number): Call[] {
    const key = this.#keys[node] as Wallet;
    const subject = addressOf(key);
    const isReady = this.#isReady(subject);
    const ready: Call = { operator: node, name: "postReady", args: this.#readyOf(key) };
    const operator = addressOf(operatorOf(node));
    return [...(isReady ? [] : [ready]), ...this.#callsForVotes(CHANGE.add, subject, operator)];
  }

  #callsForRemoval(node: number): Call[] {
    const subject = this.#seatOf(node);
    return subject === null ? [] : this.#callsForVotes(CHANGE.remove, subject, ZeroAddress);
  }

  /** Propose; vote; and where all votes are there, but were too early for the churn or the Ready, execute. */
  #callsForVotes(change: number, subject: Address, operator: string): Call[] {
    const seated = this.#accounts.flatMap((_, index) => (this.#seatOf(index) === null ? [] : [index]));
    const open = this.#contract.proposal(change, subject);
    const [proposer = 0] = seated;
    if (open === undefined)
      return [{ operator: proposer, name: "propose", args: [change, subject, operator] }];
    if (open.votes.size >= quorum(seated.length))
      return [{ operator: proposer, name: "execute", args: [open.id] }];
    return seated
      .filter((index) => !open.votes.has(this.#seatOf(index) as Address) && this.#random.chance(VOTE_CHANCE))
      .map((index) => ({ operator: index, name: "vote", args: [open.id] }));
  }

  /** Whether the contract takes the candidate for ready two blocks from now. */
  #isReady(candidate: Address): boolean {
    const { head, epochLength } = this.#contract;
    const readyAt = this.#contract.readyAt(candidate);
    return readyAt !== 0 && head.number + 2 <= readyAt + epochLength;
  }

  /** Arguments of a Ready: its candidate signs the newest block. */
  #readyOf(candidate: Wallet): readonly unknown[] {
    const { number, hash } = this.#contract.head;
    const ready = { candidate: addressOf(candidate), recentBlockHash: hash };
    const { serialized } = candidate.signingKey.sign(readyDigest(CHAIN_ID, ready));
    return [ready.candidate, number, serialized];
  }

  /** The key by which a node is in the list. */
  #seatOf(node: number): Address | null {
    const keys = [addressOf(this.#keys[node] as Wallet), addressOf(secondKey(node))];
    return keys.find((key) => this.#contract.list.has(key)) ?? null;
  }

  /** An operator sends one transaction after another. */
  #send({ operator, name, args }: Call): void {
    const account = this.#accounts[operator] as Account;
    if (this.#pendingOf(account) !== null) return;
    const transaction = Transaction.from({
      type: 0,
      chainId: CHAIN_ID,
      nonce: account.nonce,
      gasLimit: CALL_GAS,
      gasPrice: GAS_PRICE_WEI,
      to: PREDEPLOYS.validatorSet,
      value: 0n,
      data: VALIDATOR_SET.encodeFunctionData(name, args),
    });
    transaction.signature = operatorOf(operator).signingKey.sign(transaction.unsignedHash);
    account.nonce += 1;
    account.pending = { raw: fromHex(transaction.serialized as Hex), hash: transaction.hash as Hash };
    this.#simulation.note(`operator ${name}`, operator);
  }

  #pendingOf(account: Account): SubmittedTransaction | null {
    const { pending } = account;
    if (pending !== null && this.#simulation.checkers.isIncluded(pending.hash)) account.pending = null;
    return account.pending;
  }
}
