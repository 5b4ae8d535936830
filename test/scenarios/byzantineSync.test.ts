import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import { devAccount } from "@causeway/devnet/devnetAccounts";
import { waitFor } from "@causeway/devnet/waitFor";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import type { Signature } from "@causeway/protocol/hex";
import { JsonRpcProvider, SigningKey, Wallet } from "ethers";
import { ByzantineValidator, type SyncLie } from "../support/byzantineValidator.js";
import { Follower } from "../support/follower.js";
import { withBodyOf } from "../support/forgeBlock.js";
import { rpc } from "../support/rpc.js";
import { removeCluster, startUnbridged } from "../support/testCluster.js";

const REFUSAL_TIMEOUT_MS = 180_000;

interface Status {
  readonly executedBlocks: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** The first block served is changed; the rest stays honest. */
const first =
  (change: (block: CertifiedBlock, rest: readonly CertifiedBlock[]) => CertifiedBlock): SyncLie =>
  ([head, ...rest]) =>
    head === undefined ? [] : [change(head, rest), ...rest];

const stranger = new SigningKey(`0x${"77".repeat(32)}`);

const LIES: readonly (readonly [what: string, rule: RegExp, lie: SyncLie])[] = [
  [
    "q - 1 seals",
    /^N3\.BelowQuorum$/,
    first(({ block, certificate }) => {
      const lowest = certificate.signers & -certificate.signers;
      return {
        block,
        certificate: {
          ...certificate,
          signers: certificate.signers ^ lowest,
          seals: certificate.seals.slice(1),
        },
      };
    }),
  ],
  [
    "one seal twice",
    /^N3\.SealMismatch$/,
    first(({ block, certificate }) => {
      const [one, , three] = certificate.seals as Signature[];
      return { block, certificate: { ...certificate, seals: [one, one, three] as Signature[] } };
    }),
  ],
  [
    "seals of a foreign set",
    /^N3\.SealMismatch$/,
    first(({ block, certificate }) => {
      const seal = stranger.sign(certificate.checkpoint.blockHash).serialized as Signature;
      return { block, certificate: { ...certificate, seals: certificate.seals.map(() => seal) } };
    }),
  ],
  [
    "seals of another height",
    /^N3\.(SealMismatch|checkpoint\.height)$/,
    first(({ block, certificate }, [next]) => ({
      block,
      certificate: { ...certificate, seals: next?.certificate.seals ?? certificate.seals },
    })),
  ],
  [
    "a swapped body",
    /^H1\.(transactionsRoot|ommers|withdrawals)$|^N3\.body/,
    first(({ block, certificate }, rest) => {
      const other = rest.find(
        ({ block: { transactionCount } }) => transactionCount !== block.transactionCount,
      );
      assert.ok(other, "the chain served has no two blocks of different bodies");
      return { block: withBodyOf(block, other.block), certificate };
    }),
  ],
];

describe("a peer that serves lies (N3): refused before execution", () => {
  let cluster: Cluster;
  let byzantine: ByzantineValidator;

  before(async () => {
    cluster = await startUnbridged({ initArgs: ["--empty-block-period", "1"] });
    await cluster.validators[3]?.stop();
    byzantine = await ByzantineValidator.join(cluster, 4);
    await sendTransaction(cluster);
    const height = await cluster.height(1);
    await waitFor(
      "the liar to have what it lies about",
      () => (byzantine.head.height >= height ? true : null),
      {
        timeoutMs: REFUSAL_TIMEOUT_MS,
      },
    );
  });
  after(async () => {
    await byzantine?.leave();
    await removeCluster(cluster);
  });

  for (const [i, [what, rule, lie]] of LIES.entries()) {
    it(`${what}: ${rule.source}`, async () => {
      byzantine.lie = lie;
      const follower = await startFollower(cluster, `follower-${i}`);
      try {
        const status = await waitFor(
          "the follower to refuse what it is served",
          async () => {
            const answer = await rpc<Status>(follower.url, "causeway_status");
            return Object.keys(answer.refused).some((refused) => rule.test(refused)) ? answer : null;
          },
          { timeoutMs: REFUSAL_TIMEOUT_MS },
        );
        assert.equal(status.executedBlocks, 0);
        assert.equal(await follower.height(), 0);
      } finally {
        await follower.stop();
      }
    });
  }

  it("served the truth, a follower executes it: the lies failed for being lies", async () => {
    byzantine.lie = (honest) => honest;
    // Before it starts: the byzantine validator announces no heads, so a follower learns only of the one it is told on connecting.
    const { height } = byzantine.head;
    const follower = await startFollower(cluster, "follower-honest");
    try {
      await waitFor(
        "the follower to catch up",
        async () => ((await follower.height()) >= height ? true : null),
        { timeoutMs: REFUSAL_TIMEOUT_MS },
      );
    } finally {
      await follower.stop();
    }
  });
});

/** A node that knows nobody but the byzantine validator. */
async function startFollower(cluster: Cluster, name: string): Promise<Follower> {
  const neighbour = JSON.parse(await readFile(cluster.path("node-1/config.json"), "utf8")) as {
    p2p: { bootPeers: string[] };
  };
  const liar = neighbour.p2p.bootPeers.filter((address) => address.includes(`/tcp/${cluster.ports.p2p[3]}/`));
  const follower = new Follower(cluster, name);
  await follower.start(liar);
  return follower;
}

/** Makes block bodies differ. */
async function sendTransaction(cluster: Cluster): Promise<void> {
  const provider = new JsonRpcProvider(cluster.rpcUrl(1), cluster.options.chainId, { staticNetwork: true });
  try {
    const wallet = new Wallet(devAccount(0).privateKey, provider);
    await (await wallet.sendTransaction({ to: wallet.address, value: 1n })).wait();
  } finally {
    provider.destroy();
  }
}
