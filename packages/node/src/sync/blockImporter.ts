import type { ExecutionPort } from "@causeway/chain/chainPort";
import type { CertifiedBlock } from "@causeway/network/networkPort";
import type { Block } from "@causeway/protocol/block";
import type { Certificate } from "@causeway/protocol/certificate";
import type { SigningDomain } from "@causeway/protocol/eip712";
import { CausewayError } from "@causeway/protocol/errors";
import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import type { Head } from "@causeway/protocol/head";
import type { Recover } from "@causeway/protocol/signature";
import type { ValidatorOverride } from "@causeway/protocol/validatorOverride";
import type { SafetyStop } from "../evidence/safetyStop.js";
import type { BlockWriter } from "../host/hostPorts.js";
import { isRuleRefusal } from "../host/isRuleRefusal.js";
import { certificateFault, linkFault, overrideFault } from "./certifiedBlockFaults.js";
import { outcomeMismatch } from "./outcomeMismatch.js";

export interface BlockImporterPorts {
  readonly execution: ExecutionPort;
  readonly domain: SigningDomain;
  readonly recover: Recover;
  readonly safetyStop: SafetyStop;
  /** Of the chain spec (V6). */
  readonly overrides: readonly ValidatorOverride[];
  /** The rule a block's body breaks, null when it is the one its header commits to. */
  readonly bodyFault: (block: Block) => string | null;
  /** Called after each block is durable, in order. */
  readonly onHead: (head: Head) => void;
}

export type ImportResult =
  | { readonly status: "imported" }
  /** Finalized before: nothing was done. */
  | { readonly status: "known" }
  /** The peer's fault, found before execution. */
  | { readonly status: "refused"; readonly rule: string }
  /** A safety stop is in force. */
  | { readonly status: "stopped" }
  /** This node could not execute it, which says nothing of the block (H5). */
  | { readonly status: "failed"; readonly error: unknown };

/** The one writer of the chain: consensus' decided blocks and synced ones take turns, so that one height is written once. */
export class BlockImporter implements BlockWriter {
  readonly #ports: BlockImporterPorts;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(ports: BlockImporterPorts) {
    this.#ports = ports;
  }

  /** @throws when the batch cannot be written: the node must stop. */
  commit(block: Block, certificate: Certificate): Promise<void> {
    return this.#inTurn(() => this.#commit(block, certificate));
  }

  /**
   * N3 in order: parent link, certificate, body roots; then execute; then the checkpoint's fields; then write.
   * @throws when `signal` aborts or the batch cannot be written.
   */
  import(decided: CertifiedBlock, signal: AbortSignal): Promise<ImportResult> {
    return this.#inTurn(() => this.#import(decided, signal));
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(task);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #import(decided: CertifiedBlock, signal: AbortSignal): Promise<ImportResult> {
    const { execution, safetyStop } = this.#ports;
    if (safetyStop.reason !== null) return { status: "stopped" };
    const { block, certificate } = decided;
    const head = execution.head();
    if (block.height <= head.height) return { status: "known" };
    const rule = this.#faultBeforeExecution(decided, head);
    if (rule !== null) return { status: "refused", rule };
    let outcome: ExecutionOutcome;
    try {
      outcome = await execution.execute(block, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isRuleRefusal(error)) return { status: "failed", error };
      return this.#stop(decided, `fails execution: ${error.message}`);
    }
    const field = outcomeMismatch(outcome, certificate.checkpoint);
    if (field !== null) return this.#stop(decided, `executes to another ${field} than was certified`);
    await this.#commit(block, certificate);
    return { status: "imported" };
  }

  /** The seals first: who has none for a header must not make this node hash a body. */
  #faultBeforeExecution(decided: CertifiedBlock, head: Head): string | null {
    const { domain, recover, bodyFault, overrides } = this.#ports;
    return (
      linkFault(decided.block, head) ??
      overrideFault(decided.block, overrides) ??
      certificateFault(decided, head.nextValidators, domain, recover) ??
      bodyFault(decided.block)
    );
  }

  async #commit(block: Block, certificate: Certificate): Promise<void> {
    const { execution, safetyStop, onHead } = this.#ports;
    if (safetyStop.reason !== null) return;
    const head = execution.head();
    if (block.height < head.height || (block.height === head.height && block.hash === head.hash)) return;
    if (block.height === head.height) return this.#conflict(head, certificate);
    onHead(await this.#write(block, certificate));
  }

  /** A block decided long after it was executed may have been forgotten. */
  async #write(block: Block, certificate: Certificate): Promise<Head> {
    const { execution } = this.#ports;
    try {
      return await execution.commit(block, certificate);
    } catch (error) {
      if (!(error instanceof CausewayError) || error.code !== "NotExecuted") throw error;
      await execution.execute(block, new AbortController().signal);
      return execution.commit(block, certificate);
    }
  }

  #conflict(head: Head, certificate: Certificate): void {
    const reason = `F2: height ${head.height} is final as ${head.hash}, yet a quorum also certified ${certificate.checkpoint.blockHash}`;
    const certificates = head.certificate === null ? [certificate] : [head.certificate, certificate];
    this.#ports.safetyStop.trip({ reason, certificates, validators: [head.validators], own: null });
  }

  /** A quorum certified what this node cannot reproduce: not the peer's fault (N3). */
  #stop({ block, certificate }: CertifiedBlock, problem: string): ImportResult {
    const reason = `N3: certified block ${block.height} (${block.hash}) ${problem}`;
    const validators = [this.#ports.execution.head().nextValidators];
    const cause = { reason, certificates: [certificate], validators, own: null, block: block.bytes };
    this.#ports.safetyStop.trip(cause);
    return { status: "stopped" };
  }
}
