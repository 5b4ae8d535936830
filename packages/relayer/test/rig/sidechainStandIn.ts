import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { VALIDATOR_SET } from "@causeway/bridge/contractInterfaces";
import { callContract } from "@causeway/bridge/rpc/callContract";
import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import { quantity, type RpcReader } from "@causeway/bridge/rpc/rpcReader";
import type { SealedCheckpoint } from "@causeway/bridge/sidechain/readCertificate";
import { readHeader } from "@causeway/bridge/sidechain/readHeader";
import { assembleCertificate } from "@causeway/protocol/certificate";
import { type Checkpoint, checkpointDigest } from "@causeway/protocol/checkpoint";
import type { SigningDomain } from "@causeway/protocol/eip712";
import type { Address, Hash, Hex, Signature } from "@causeway/protocol/hex";
import { ORDERED_INBOX_SLOTS, OUTBOX_SLOTS, PREDEPLOYS } from "@causeway/protocol/predeploys";
import { quorum } from "@causeway/protocol/quorum";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import type { Wallet } from "ethers";
import { addressOf } from "./accounts.js";

/** What the stand-in adds to an anvil to look like a Causeway node. */
export interface StandInOptions {
  readonly anvilUrl: string;
  readonly domain: SigningDomain;
  readonly genesisBlock: Readonly<Record<string, unknown>>;
  readonly genesisValidators: ValidatorSet;
  /** Up to this height ValidatorSet may not stand in the anvil yet; the set is the genesis set. */
  readonly placedAt: number;
  readonly epochLength: number;
  /** Every consensus key that may ever be in the set. */
  readonly validatorKeys: readonly Wallet[];
}

/**
 * Answers as a Causeway node would: forwards to an anvil, except for the genesis block and certificates, which it signs
 * with the validators' keys over anvil's real blocks and real predeploy storage.
 */
export class SidechainStandIn {
  private readonly anvil: RpcReader;
  private readonly server: Server;
  /** Answer to causeway_getEvidence. */
  evidence: unknown = { safetyStop: null, resumedStops: [] };

  private constructor(private readonly options: StandInOptions) {
    this.anvil = httpRpc(options.anvilUrl);
    this.server = createServer((request, response) => {
      const answering = text(request).then((body) => this.answer(body));
      answering.then(
        (answer) => response.writeHead(200, { "content-type": "application/json" }).end(answer),
        // Nobody waits any longer: the connection broke off in the middle of the request.
        () => response.destroy(),
      );
    });
  }

  static async listen(options: StandInOptions): Promise<SidechainStandIn> {
    const standIn = new SidechainStandIn(options);
    await new Promise<void>((resolve) => {
      standIn.server.listen(0, "127.0.0.1", resolve);
    });
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(body: string): Promise<string> {
    const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] };
    try {
      if (method === "eth_getBlockByNumber" && params[0] === "0x0") {
        return JSON.stringify({ jsonrpc: "2.0", id, result: this.options.genesisBlock });
      }
      if (method === "causeway_getEvidence") {
        return JSON.stringify({ jsonrpc: "2.0", id, result: this.evidence });
      }
      if (method !== "causeway_getCertificate") return await this.forward(body);
      const tag = params[0] === "latest" ? "latest" : Number(params[0]);
      if (tag !== "latest" && tag > Number(await this.anvil.send("eth_blockNumber", []))) {
        return JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32_000, message: "unknown block" } });
      }
      return JSON.stringify({ jsonrpc: "2.0", id, result: await this.certificate(tag) });
    } catch (error) {
      // Whoever asks shall learn of it now rather than wait for an answer.
      return JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32_603, message: String(error) } });
    }
  }

  private async forward(body: string): Promise<string> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(this.options.anvilUrl, { method: "POST", headers, body });
    return response.text();
  }

  private async certificate(tag: "latest" | number): Promise<unknown> {
    if (tag === 0) return null;
    const header = await readHeader(this.anvil, tag);
    const at = quantity(header.number);
    const slot = (address: Address, index: number): Promise<Hash> =>
      this.anvil.send("eth_getStorageAt", [address, quantity(index), at]) as Promise<Hash>;
    const set = await this.setAt(header.number);
    const checkpoint: Checkpoint = {
      height: header.number,
      round: 0,
      timestamp: header.timestamp,
      blockHash: header.hash,
      stateRoot: header.stateRoot,
      outboxRoot: await slot(PREDEPLOYS.outbox, OUTBOX_SLOTS.root),
      outboxCount: Number(await slot(PREDEPLOYS.outbox, OUTBOX_SLOTS.count)),
      inboxAcc: await slot(PREDEPLOYS.orderedInbox, ORDERED_INBOX_SLOTS.acc),
      inboxCount: Number(await slot(PREDEPLOYS.orderedInbox, ORDERED_INBOX_SLOTS.count)),
      validatorSetHash: validatorSetHash(set),
      nextValidatorSetHash: validatorSetHash(await this.setAt(header.number + 1)),
    };
    return wireForm(this.seal(checkpoint, set));
  }

  /** The validators' seals over any checkpoint, as a byzantine quorum would give them. */
  seal(checkpoint: Checkpoint, set: ValidatorSet): SealedCheckpoint {
    const digest = checkpointDigest(this.options.domain, checkpoint);
    const signers = this.options.validatorKeys
      .filter((key) => set.includes(addressOf(key)))
      .slice(0, quorum(set.length));
    const seals = new Map(
      signers.map((key) => [addressOf(key), key.signingKey.sign(digest).serialized as Signature]),
    );
    return { certificate: assembleCertificate(checkpoint, seals, set), validators: set };
  }

  /** S(h) by V1: the list after the last epoch boundary below h. */
  private async setAt(height: number): Promise<ValidatorSet> {
    const { epochLength, genesisValidators, placedAt } = this.options;
    const boundary = Math.floor((height - 1) / epochLength) * epochLength;
    if (boundary <= placedAt) return genesisValidators;
    const args = [this.anvil, PREDEPLOYS.validatorSet, VALIDATOR_SET, "validators", [], boundary] as const;
    const [list] = await callContract(...args);
    return (list as string[]).map((address) => address.toLowerCase() as Address);
  }
}

/** X3. */
export function wireForm({ certificate, validators }: SealedCheckpoint): unknown {
  const { checkpoint, signers, seals } = certificate;
  const fields = Object.entries(checkpoint).map(([name, value]: [string, number | Hex]) => [
    name,
    typeof value === "number" ? quantity(value) : value,
  ]);
  return {
    checkpoint: Object.fromEntries(fields) as Record<string, string>,
    signers: quantity(signers),
    seals,
    validators,
  };
}
