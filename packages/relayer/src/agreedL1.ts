import { BridgeError } from "@causeway/bridge/bridgeError";
import { type ProvenOutbox, readProvenOutbox } from "@causeway/bridge/messages/readProvenOutbox";
import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { readHeader, type VerifiedHeader } from "@causeway/bridge/sidechain/readHeader";
import type { Address } from "@causeway/protocol/hex";
import { StepError } from "./severity.js";

/**
 * L1 as all configured nodes see it. One that does not answer or lags makes the attester wait; one that shows another
 * block at a final height makes it stop: somebody is being lied to (F4, B7).
 */
export class AgreedL1 {
  constructor(private readonly readers: readonly RpcReader[]) {}

  /** The highest number that every node calls final. */
  async finalizedNumber(): Promise<number> {
    const headers = await Promise.all(this.readers.map((reader) => readHeader(reader, "finalized")));
    return Math.min(...headers.map(({ number }) => number));
  }

  /**
   * The header at a final height, the same from every node.
   * @throws {StepError} critical, "L1Contradiction".
   */
  async header(number: number): Promise<VerifiedHeader> {
    const headers = await Promise.all(this.readers.map((reader) => readHeader(reader, number)));
    const [first] = headers;
    if (first === undefined) throw new BridgeError({ code: "BlockUnknown", tag: `${number}` }, "no L1 node");
    const other = headers.find(({ hash }) => hash !== first.hash);
    if (other !== undefined) {
      throw new StepError(
        "critical",
        "L1Contradiction",
        `L1 nodes show different final blocks at ${number}: ${first.hash} and ${other.hash} (B7)`,
      );
    }
    return first;
  }

  /**
   * The Outbox's state after a final block: header agreed by all nodes, state proved against it.
   * @throws {StepError} critical, "L1Contradiction"; {BridgeError} when a proof does not hold.
   */
  async outbox(outbox: Address, number: number): Promise<ProvenOutbox> {
    const agreed = await this.header(number);
    const proven = await readProvenOutbox(this.readers[0] as RpcReader, outbox, number);
    if (proven.header.hash === agreed.hash) return proven;
    throw new BridgeError(
      { code: "BlockUnknown", tag: agreed.hash },
      `L1 block ${number} changed while it was read`,
    );
  }
}
