import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as SidechainView from "@causeway/contracts/SidechainView";
import type { Cluster } from "@causeway/devnet/cluster";
import { ManagedProcess } from "@causeway/devnet/managedProcess";
import { waitFor } from "@causeway/devnet/waitFor";
import { assembleCertificate, type Certificate } from "@causeway/protocol/certificate";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import { type Checkpoint, checkpointDigest } from "@causeway/protocol/checkpoint";
import type { Address, Hash, Signature } from "@causeway/protocol/hex";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import {
  Contract,
  JsonRpcProvider,
  recoverAddress,
  type SigningKey,
  type TypedDataDomain,
  type TypedDataField,
  verifyTypedData,
} from "ethers";
import { carrierStatus, stepOf } from "../support/carrierStatus.js";
import { signingDomain } from "../support/certificate.js";
import { consensusKeys } from "../support/consensusKeys.js";
import { CONTRADICTIONS, contradict } from "../support/contradict.js";
import { withField } from "../support/forgeBlock.js";
import { LyingPeer } from "../support/lyingPeer.js";
import { rpc } from "../support/rpc.js";
import { CAUSEWAY, removeCluster, startBridged } from "../support/testCluster.js";

const TIMEOUT_MS = 180_000;
const VALIDATORS = [1, 2, 3, 4] as const;

interface Vote {
  readonly primaryType: string;
  readonly message: Readonly<Record<string, unknown>>;
  readonly domain: TypedDataDomain;
  readonly digest: Hash;
  readonly signature: Signature;
}

interface EvidenceAnswer {
  readonly total: number;
  readonly next: number | null;
  readonly types: Readonly<Record<string, TypedDataField[]>>;
  readonly evidence: readonly {
    readonly validator: Address;
    readonly height: number;
    readonly kind: string;
    readonly first: Vote;
    readonly second: Vote;
    readonly removalVote: string;
  }[];
  readonly safetyStop: null | { readonly reason: string; readonly certificates: readonly object[] };
  readonly safetyStopId: string | null;
  readonly resumedStops: readonly object[];
}

/** One bridged network for all of it: what stops nothing first, then what stops. */
describe("evidence, and the one thing that stops a node (F2, F3, C15)", () => {
  let cluster: Cluster;
  let peer: LyingPeer;
  let keys: ReadonlyMap<Address, SigningKey>;
  let set: readonly Address[];
  let domain: VoteDomain;
  let l1: JsonRpcProvider;
  let view: Contract;
  /** The validator whose node the carrier asks, from 1. */
  let victim: number;
  let conflicting: CertifiedBlock;

  before(async () => {
    cluster = await startBridged({ attesters: 3, carriers: 1, initArgs: ["--empty-block-period", "1"] });
    const { bridge } = (await cluster.genesis()).config.causeway;
    assert.ok(bridge);
    l1 = new JsonRpcProvider(cluster.l1Url, bridge.l1ChainId, { staticNetwork: true, batchMaxCount: 1 });
    view = new Contract(bridge.view, SidechainView.abi, l1);
    keys = await consensusKeys(cluster);
    set = [...keys.keys()].sort();
    domain = await signingDomain(cluster);
    peer = await LyingPeer.join(cluster);
    const config = await readFile(cluster.path("carrier-1/config.json"), "utf8");
    const { sidechainUrls } = JSON.parse(config) as { sidechainUrls: string[] };
    victim = VALIDATORS.findIndex((i) => cluster.rpcUrl(i) === sidechainUrls[0]) + 1;
    assert.ok(victim > 0, `the carrier asks ${sidechainUrls[0]}`);
    // From the beginning: what stops nothing must not make it freeze the view either.
    for (const carrier of cluster.carriers) carrier.start();
  });
  after(async () => {
    await peer?.leave();
    l1?.destroy();
    await removeCluster(cluster);
  });

  const evidence = (i: number, ...page: readonly string[]) =>
    rpc<EvidenceAnswer>(cluster.rpcUrl(i), "causeway_getEvidence", ...page);
  /** Page by page: what is kept of one validator can fill the first. */
  async function allEvidence(i: number, count = "0x100"): Promise<EvidenceAnswer["evidence"]> {
    const pages: EvidenceAnswer["evidence"][number][] = [];
    for (let from: number | null = 0; from !== null; ) {
      const page: EvidenceAnswer = await evidence(i, `0x${from.toString(16)}`, count);
      pages.push(...page.evidence);
      from = page.next;
    }
    return pages;
  }
  const halted = async (i: number) =>
    (await rpc<{ halted: string | null }>(cluster.rpcUrl(i), "causeway_status")).halted;
  const frozenAt = () => view.getFunction("frozenAt").staticCall() as Promise<bigint>;

  function certify(checkpoint: Checkpoint, signers: readonly Address[] = set.slice(0, 3)): Certificate {
    const digest = checkpointDigest(domain, checkpoint);
    const seals = new Map(
      signers.map((address) => [address, keys.get(address)?.sign(digest).serialized as Signature]),
    );
    return assembleCertificate(checkpoint, seals, set);
  }

  /** Of a carrier whose last look for conflicts came to its end, and when; throws when there is none yet. */
  async function looked(): Promise<{ readonly at: number; readonly reports: readonly string[] }> {
    const status = await carrierStatus(cluster);
    const { alarm, message, lastOkAt } = stepOf(status, "conflict");
    assert.equal(alarm, null, message ?? "");
    const sent = status.accounts.flatMap(({ transactions }) => transactions);
    return {
      at: lastOkAt ?? assert.fail("the carrier has not looked yet"),
      reports: sent.filter((key) => key.startsWith("conflict:")),
    };
  }

  /** The carrier, having looked for conflicts from the beginning to the end of a look since now, has reported none. */
  async function assertNothingReported(): Promise<void> {
    const wait = { timeoutMs: TIMEOUT_MS };
    let last = await waitFor("the carrier to look for conflicts", looked, wait);
    // The one under way may have begun before.
    for (let looks = 0; looks < 2; looks++) {
      const { at } = last;
      const next = async () => {
        const now = await looked();
        return now.at > at ? now : null;
      };
      last = await waitFor("the carrier to look for conflicts again", next, wait);
    }
    assert.deepEqual(last.reports, []);
    assert.equal(await frozenAt(), 0n);
  }

  /** All four go on finalizing, and nothing is frozen. */
  async function assertAllGoOn(): Promise<void> {
    const height = await cluster.height(1);
    await Promise.all(VALIDATORS.map((i) => cluster.waitForHeight(i, height + 3)));
    for (const i of VALIDATORS) assert.equal(await halted(i), null);
    await assertNothingReported();
  }

  it("every validator, more than f in all, contradicts itself in every way: each node keeps the proof, blocks go on", async () => {
    for (const [author, key] of keys) {
      await waitFor(
        `evidence of every kind against ${author} at every node`,
        async () => {
          const head = await cluster.height(1);
          const like = await peer.fetch(head);
          for (const kind of CONTRADICTIONS)
            for (const message of contradict(kind, author, key, domain, head + 1, like)) peer.flood(message);
          const kept = await Promise.all(VALIDATORS.map((i) => allEvidence(i)));
          const kinds = kept.map(
            (all) => new Set(all.flatMap((one) => (one.validator === author ? one.kind : []))),
          );
          return kinds.every(({ size }) => size === CONTRADICTIONS.length) ? true : null;
        },
        { timeoutMs: TIMEOUT_MS, intervalMs: 300 },
      );
    }
    const metrics = await (await fetch(`http://127.0.0.1:${cluster.ports.metrics[0]}/metrics`)).text();
    for (const kind of CONTRADICTIONS)
      assert.match(metrics, new RegExp(`causeway_evidence_total\\{[^}]*kind="${kind}"[^}]*\\} [1-9]`));
    await assertAllGoOn();
  });

  it("anybody can check what is served, page by page, and reads the command that proposes the removal", async () => {
    const { total, types, safetyStop } = await evidence(1);
    assert.equal(safetyStop, null);
    const all = await allEvidence(1);
    assert.ok(total > 0, "nothing is served");
    assert.equal(all.length, total);
    for (const { validator, height, first, second, removalVote } of all) {
      assert.equal(removalVote, `causeway validator propose remove ${validator} --keystore operator.json`);
      assert.notEqual(first.digest, second.digest);
      for (const { primaryType, message, domain: typedDomain, digest, signature } of [first, second]) {
        const type = { [primaryType]: types[primaryType] ?? [] };
        assert.equal(verifyTypedData(typedDomain, type, message, signature).toLowerCase(), validator);
        assert.equal(recoverAddress(digest, signature).toLowerCase(), validator);
        assert.equal(message.height, height);
      }
    }
    assert.deepEqual(await allEvidence(1, "0x7"), all);
    const log = await readFile(cluster.path("node-1/node.log"), "utf8");
    assert.match(log, new RegExp(`causeway validator propose remove ${set[0]}`));
  });

  it("evidence outlives kill -9", async () => {
    const { total } = await evidence(2);
    assert.ok(total > 0, "there is nothing to outlive it");
    const [validator] = cluster.validators.slice(1);
    await validator?.kill();
    validator?.start();
    await cluster.waitForHeight(2, 1);
    assert.ok((await evidence(2)).total >= total);
  });

  it("the same block certified in other rounds and by other signers stops nothing (F1)", async () => {
    const { block, certificate } = await peer.fetch(await cluster.height(1));
    for (let round = 0; round < 3; round++) {
      for (const absent of set) {
        const signers = set.filter((address) => address !== absent);
        const again = { block, certificate: certify({ ...certificate.checkpoint, round }, signers) };
        peer.push(again);
        peer.announce(again);
      }
    }
    await assertAllGoOn();
  });

  it("a conflict with fewer seals than the quorum is no evidence, and stops nothing", async () => {
    const liar = await LyingPeer.join(cluster);
    try {
      const { block, certificate } = await liar.fetch(await cluster.height(1));
      const other = withField(block, "mixHash", certificate.checkpoint.stateRoot);
      const checkpoint = { ...certificate.checkpoint, blockHash: other.hash };
      liar.push({ block: other, certificate: certify(checkpoint, set.slice(0, 2)) });
      await assertAllGoOn();
    } finally {
      await liar.leave();
    }
  });

  it("two certificates that exclude each other stop the node that sees them: reads go on, the others too (F2)", async () => {
    const { block, certificate } = await peer.fetch(await cluster.height(victim));
    const other = withField(block, "mixHash", certificate.checkpoint.stateRoot);
    conflicting = {
      block: other,
      certificate: certify({ ...certificate.checkpoint, blockHash: other.hash }),
    };
    const only = await LyingPeer.join(cluster, { validators: [victim] });
    try {
      only.push(conflicting);
      const reason = await waitFor("the safety stop", () => halted(victim), { timeoutMs: TIMEOUT_MS });
      assert.match(reason, new RegExp(`^F2: height ${block.height} is final as ${block.hash}`));
    } finally {
      await only.leave();
    }
    const { safetyStop } = await evidence(victim);
    assert.equal(safetyStop?.certificates.length, 2);
    assert.equal((await fetch(`${cluster.rpcUrl(victim)}/readyz`)).status, 503);
    const stoppedAt = await cluster.height(victim);
    const others = VALIDATORS.filter((i) => i !== victim);
    await Promise.all(others.map((i) => cluster.waitForHeight(i, stoppedAt + 5)));
    assert.ok((await cluster.height(victim)) <= stoppedAt + 1);
    for (const i of others) assert.equal(await halted(i), null);
  });

  it("the carrier brings the pair to L1, which freezes the view for good (B6)", async () => {
    await waitFor("the view to freeze", async () => ((await frozenAt()) > 0n ? true : null), {
      timeoutMs: TIMEOUT_MS,
    });
    const [froze] = await view.queryFilter("Froze", 0, "latest");
    assert.ok(froze && "args" in froze);
    const hashes = [froze.args.a.blockHash, froze.args.b.blockHash];
    assert.ok(hashes.includes(conflicting.block.hash));
    assert.equal(froze.args.a.validatorSetHash, validatorSetHash(set));
  });

  it("it ends with exit code 3 and stays stopped after a restart", async () => {
    const process = cluster.validators[victim - 1] as ManagedProcess;
    assert.deepEqual(await process.stop(), { code: 3, signal: null });
    process.start();
    const reason = await waitFor("the node to answer", () => halted(victim), { timeoutMs: TIMEOUT_MS });
    const stoppedAt = await cluster.height(victim);
    const { safetyStopId } = await evidence(victim);
    assert.match(reason, new RegExp(`^F2.*--resume-after-safety-stop ${safetyStopId}`));
    const other = VALIDATORS.find((i) => i !== victim) ?? 1;
    await cluster.waitForHeight(other, (await cluster.height(other)) + 2);
    assert.equal(await cluster.height(victim), stoppedAt);
    assert.deepEqual(await process.stop(), { code: 3, signal: null });
  });

  it("another stop's id does not resume it: exit code 2; its own does, and the same pair stops it no more", async () => {
    const before = JSON.parse(
      await readFile(cluster.path(`node-${victim}/evidence/safety-stop.json`), "utf8"),
    );
    const wrong = resuming("0123456789abcdef");
    wrong.start();
    assert.deepEqual(await wrong.waitForExit(), { code: 2, signal: null });
    const id = /--resume-after-safety-stop ([0-9a-f]{16})/.exec(
      await readFile(cluster.path(`node-${victim}/node.log`), "utf8"),
    )?.[1];
    const resumed = resuming(id ?? assert.fail("the log names no id"));
    resumed.start();
    try {
      const other = VALIDATORS.find((i) => i !== victim) ?? 1;
      await cluster.waitForHeight(victim, await cluster.height(other));
      const only = await LyingPeer.join(cluster, { validators: [victim] });
      only.push(conflicting);
      await cluster.waitForHeight(victim, (await cluster.height(other)) + 3);
      await only.leave();
      assert.equal(await halted(victim), null);
      const { safetyStop, resumedStops } = await evidence(victim);
      assert.equal(safetyStop, null);
      assert.deepEqual(resumedStops, [before]);
    } finally {
      assert.deepEqual(await resumed.stop(), { code: 0, signal: null });
    }
  });

  function resuming(id: string): ManagedProcess {
    const config = cluster.path(`node-${victim}/config.json`);
    return new ManagedProcess({
      name: `validator ${victim}, resuming`,
      command: process.execPath,
      args: [CAUSEWAY, "node", "--config", config, "--resume-after-safety-stop", id],
      logFile: cluster.path(`node-${victim}/resume.log`),
    });
  }
});
