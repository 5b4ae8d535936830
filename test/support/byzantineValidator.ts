import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { openChain } from "@causeway/chain/openChain";
import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";
import { createNetwork } from "@causeway/network/createNetwork";
import type { NetworkPort } from "@causeway/network/networkPort";
import { loadNodeConfig } from "@causeway/node/config/loadNodeConfig";
import { KeyRing } from "@causeway/node/signer/keyRing";
import { recover } from "@causeway/node/signer/recover";
import { type Block, decodeBlock } from "@causeway/protocol/block";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import { type ConsensusMessage, consensusDigest } from "@causeway/protocol/consensusMessage";
import { forkId } from "@causeway/protocol/forkId";
import type { Head } from "@causeway/protocol/head";
import { type Address, fromHex, type Hash, type Hex } from "@causeway/protocol/hex";
import { proposer } from "@causeway/protocol/validatorSet";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import { Wallet } from "ethers";
import { signingDomain } from "./certificate.js";

const FOLLOW_INTERVAL_MS = 50;
const TURN_TIMEOUT_MS = 180_000;
const BUILD_BUDGET_MS = 1_000;
const SYNC_BATCH = 16;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** What a byzantine peer answers to sync requests; the honest answer when it has none. */
export type SyncLie = (honest: readonly CertifiedBlock[]) => readonly CertifiedBlock[];

/**
 * A validator of a running cluster made of the node's own parts, with no consensus inside: it follows the chain, and
 * proposes or serves what the test tells it to. It takes the place of the process of that number, with its keys.
 */
export class ByzantineValidator {
  readonly messages: ConsensusMessage[] = [];
  lie: SyncLie = (honest) => honest;
  private following = true;
  private follower: Promise<void> = Promise.resolve();

  private constructor(
    readonly self: Address,
    private readonly keys: KeyRing,
    private readonly domain: VoteDomain,
    private readonly chain: Awaited<ReturnType<typeof openChain>>,
    private readonly startNetwork: (validator: ByzantineValidator) => NetworkPort,
  ) {}

  private network!: NetworkPort;

  /** Join as validator `i`, whose own process must not run. */
  static async join(cluster: Cluster, i: number): Promise<ByzantineValidator> {
    const config = loadNodeConfig(cluster.path(`node-${i}/config.json`));
    const genesis = await cluster.genesis();
    const json = await readFile(config.keystores[0] as string, "utf8");
    const password = (await readFile(config.passwordFile as string, "utf8")).trim();
    const { address, privateKey } = Wallet.fromEncryptedJsonSync(json, password);
    const keys = new KeyRing([fromHex(privateKey as Hex)]);
    const self = address.toLowerCase() as Address;
    const domain = await signingDomain(cluster);
    const chain = await openChain({ genesis, dataDir: cluster.path(`byzantine-${i}`), log: SILENT });
    const seed = fromHex((await readFile(config.p2p.identityFile, "utf8")).trim() as Hex);
    const byzantine = new ByzantineValidator(self, keys, domain, chain, (validator) =>
      createNetwork(
        {
          identitySeed: seed,
          listen: config.p2p.listen,
          bootPeers: config.p2p.bootPeers,
          allowlist: null,
          ...domain,
          forkId: forkId(domain.genesisHash, [], 0),
          maxBlockBytes: genesis.config.causeway.maxBlockBytes,
          isValidator: () => true,
          recover,
          log: SILENT,
        },
        {
          onConsensusMessage: (_peer, message) => void validator.messages.push(message),
          onDecided: () => {},
          onTransaction: async () => "ignore",
          onHeadAnnounced: async () => "ignore",
          onPeerConnected: () => {},
          onPeerDisconnected: () => {},
          readBlocks: async (from, count) => [...validator.lie(await validator.readBlocks(from, count))],
          readBlock: async () => null,
          readPool: () => [],
          headHeight: () => chain.execution.head().height,
          signHandshake: (digest) => ({ validator: self, signature: keys.sign(self, digest) }),
        },
      ),
    );
    byzantine.network = byzantine.startNetwork(byzantine);
    await byzantine.network.start();
    byzantine.follower = byzantine.follow();
    return byzantine;
  }

  get head(): Head {
    return this.chain.execution.head();
  }

  /** Wait until this validator is the proposer of round 0 on the head every peer has. */
  async waitForTurn(): Promise<Head> {
    return waitFor(
      "the byzantine validator's turn",
      () => {
        const { head } = this;
        const behind = this.network.peers().some((peer) => peer.height > head.height);
        const own = proposer(head.nextValidators, head.coinbase, 0) === this.self;
        return own && !behind && this.network.peers().length >= 3 ? head : null;
      },
      { timeoutMs: TURN_TIMEOUT_MS, intervalMs: FOLLOW_INTERVAL_MS },
    );
  }

  /** A block on `head` as an honest proposer would build it. */
  async build(
    head: Head,
    timestamp = Math.max(Math.floor(Date.now() / 1000), head.timestamp + 1),
  ): Promise<Block> {
    const { block } = await this.chain.execution.build(
      {
        height: head.height + 1,
        parentHash: head.hash,
        coinbase: this.self,
        timestamp,
        deadlineMs: BUILD_BUDGET_MS,
      },
      new AbortController().signal,
    );
    return block;
  }

  /** Sign and flood a PROPOSAL of round 0 for whatever block this is. */
  propose(height: number, block: Block): void {
    const payload = { height, round: 0, blockHash: block.hash };
    const signature = this.keys.sign(this.self, consensusDigest(this.domain, { kind: "proposal", payload }));
    this.network.broadcastConsensus({
      kind: "proposal",
      payload,
      author: this.self,
      signature,
      block,
      roundChanges: [],
      prepares: [],
    });
  }

  /** PREPAREs of others for a block. */
  preparesFor(hash: Hash): readonly ConsensusMessage[] {
    return this.messages.filter(
      (message) => message.kind === "prepare" && message.payload.blockHash === hash,
    );
  }

  async leave(): Promise<void> {
    this.following = false;
    await this.follower;
    await this.network.stop();
    await this.chain.close();
  }

  private async readBlocks(from: number, count: number): Promise<CertifiedBlock[]> {
    const blocks: CertifiedBlock[] = [];
    for (let height = from; height < from + count; height++) {
      const [bytes, certificate] = await Promise.all([
        this.chain.reader.rawBlock(height),
        this.chain.reader.certificate(height),
      ]);
      if (bytes === null || certificate === null) break;
      blocks.push({ block: decodeBlock(bytes), certificate });
    }
    return blocks;
  }

  private async follow(): Promise<void> {
    while (this.following) {
      const ahead = this.network.peers().find((peer) => peer.height > this.head.height);
      if (ahead !== undefined) await this.syncFrom(ahead.id).catch(() => {});
      await delay(FOLLOW_INTERVAL_MS);
    }
  }

  private async syncFrom(peer: string): Promise<void> {
    for (const { block, certificate } of await this.network.requestBlocks(
      peer,
      this.head.height + 1,
      SYNC_BATCH,
    )) {
      await this.chain.execution.execute(block, new AbortController().signal);
      await this.chain.execution.commit(block, certificate);
    }
  }
}
