import assert from "node:assert/strict";
import type { CertifiedBlock } from "@causeway/network/networkPort";
import { assembleCertificate, type Certificate } from "@causeway/protocol/certificate";
import { type Checkpoint, checkpointDigest } from "@causeway/protocol/checkpoint";
import type { Address } from "@causeway/protocol/hex";
import { blockWith } from "../src/actors/blockWith.js";
import { readEvidence } from "../src/checkers/readEvidence.js";
import { fastSigner } from "../src/model/fastSigner.js";
import { CHAIN_ID } from "../src/model/modelGenesis.js";
import type { PointKind } from "../src/node/life.js";
import type { Knobs } from "../src/run/knobs.js";
import { calmKnobs } from "../src/scenarios/calmKnobs.js";
import { countKinds } from "../src/scenarios/crashPoints.js";
import { KEEPS, type Keeps, play, Scene } from "../src/scenarios/scene.js";
import { RESUMING, STOPPING } from "./support/expectedPoints.js";

const SLOW_MS = 300_000;
const NODES = 4;
const QUORUM = 3;
const OTHERS = [1, 2, 3];
const LIAR = 3;
const LIAR_TELLS = [0, 1, 2];

describe("what contradicts itself, and what only looks so", () => {
  it("F2, F3, C15: validators that contradict themselves at every height stop nothing; it is stored", async () => {
    const knobs = calmKnobs(7, { actors: { 1: "equivocator", 4: "doubleProposer" } });
    await play(new Scene("equivocations", knobs), async (scene) => {
      scene.submitEvery(400);
      scene.simulation.startAll();
      await scene.goOn(40, 600_000);
      const stored = scene.honest().flatMap((index) => readEvidence(scene.node(index)));
      assert.deepEqual([...new Set(stored.map(({ validator }) => validator))].sort(), [
        scene.node(1).key,
        scene.node(4).key,
      ]);
      const kinds = new Set(stored.map(({ kind }) => kind));
      for (const kind of ["double-proposal", "double-prepare", "double-commit"] as const)
        assert.ok(kinds.has(kind), `no ${kind}`);
    });
  }).timeout(SLOW_MS);

  it("F1, F2: certificates of one block in other rounds, by other signers, stop nothing", () =>
    withBlocks("same block", async (scene) => {
      scene.cut([0], OTHERS);
      await scene.goOn(3, 60_000, OTHERS);
      let told = 0;
      for (const { block, certificate: known } of await served(scene, 1, 4))
        for (const round of [0, 1, 2, 7])
          for (const signers of [
            [0, 1, 2],
            [1, 2, 3],
            [0, 1, 2, 3],
          ]) {
            const certificate = certify(scene, { ...known.checkpoint, round }, signers);
            for (const index of [0, ...OTHERS]) tell(scene, index, { block, certificate });
            await scene.pass(100);
            told = Math.max(told, block.height);
          }
      assert.ok(scene.heightOf(0) >= told, "who was behind did not take them");
      scene.mend();
      await scene.goOn(5, 60_000);
    })).timeout(SLOW_MS);

  it("F2, N2: too few seals under another block stop nothing", () =>
    withBlocks(
      "below quorum",
      async (scene) => {
        const conflict = await conflicting(scene, QUORUM - 1);
        for (const index of LIAR_TELLS) tell(scene, index, conflict, "decided", LIAR);
        await scene.pass(5_000);
        await scene.goOn(5, 120_000);
      },
      { [LIAR]: "replayer" },
    )).timeout(SLOW_MS);

  for (const channel of ["decided", "head"] as const) {
    it(`F2, W6: two conflicting certificates, told as ${channel}, stop a node, also when started anew, until its operator resumes it`, () =>
      withBlocks(`conflict ${channel}`, async (scene) => {
        const conflict = await conflicting(scene, QUORUM);
        await stop(scene, conflict, channel);
        await scene.goOn(3, 60_000, OTHERS);
        const height = scene.heightOf(0);
        scene.losePower(0, "none");
        scene.start(0);
        await scene.goOn(3, 60_000, OTHERS);
        assert.equal(scene.heightOf(0), height, "it imports after a safety stop");
        resume(scene);
        await scene.goOn(3, 60_000);
        tell(scene, 0, conflict, channel);
        await scene.goOn(3, 60_000);
      })).timeout(SLOW_MS);
  }

  it("F2: a certified height whose time is not after its parent's stops a node", () =>
    withBlocks("time goes back", async (scene) => {
      const [last] = await served(scene, 0, 1);
      assert.ok(last !== undefined);
      const { height, timestamp } = last.block;
      const block = blockWith(last.block, { number: height + 1, parentHash: last.block.hash });
      const checkpoint = {
        ...last.certificate.checkpoint,
        height: height + 1,
        timestamp,
        blockHash: block.hash,
      };
      await stop(scene, { block, certificate: certify(scene, checkpoint, [0, 1, 2]) }, "decided");
      await scene.goOn(3, 60_000, OTHERS);
    })).timeout(SLOW_MS);

  it("F2: told to all, the conflict stops the chain", () =>
    withBlocks("conflict for all", async (scene) => {
      const conflict = await conflicting(scene, QUORUM);
      scene.simulation.checkers.expects = (rule) => rule === "F2";
      for (const index of [0, ...OTHERS]) tell(scene, index, conflict);
      await scene.pass(3_000);
      const heights = [0, ...OTHERS].map((index) => scene.heightOf(index));
      await scene.pass(120_000);
      assert.deepEqual(
        [0, ...OTHERS].map((index) => scene.heightOf(index)),
        heights,
      );
      for (const index of [0, ...OTHERS]) assert.match(scene.node(index).haltedReason ?? "", /F2/);
    })).timeout(SLOW_MS);

  it("F2, W6: a crash at every write of a safety stop: it stops then, or when it is told again", async () => {
    await atEachWrite("a safety stop", STOPPING, (at, keeps) =>
      withBlocks("crash in a stop", async (scene) => {
        const conflict = await conflicting(scene, QUORUM);
        const crashed = crashAtWrite(scene, at);
        scene.simulation.checkers.expects = (rule, node) => rule === "F2" && node === 0;
        tell(scene, 0, conflict);
        await scene.pass(3_000);
        if (crashed() !== null) {
          scene.losePower(0, keeps);
          scene.start(0);
          await scene.pass(3_000);
          if (scene.node(0).haltedReason === null) await stop(scene, conflict, "decided");
        }
        await scene.goOn(2, 60_000, OTHERS);
        assert.notEqual(scene.node(0).haltedReason, null);
        return crashed();
      }),
    );
  }).timeout(SLOW_MS);

  it("F2, W6: a crash at every write of resuming: the node is resumed then, or when asked again", async () => {
    await atEachWrite("resuming", RESUMING, (at, keeps) =>
      withBlocks("crash while resuming", async (scene) => {
        await stop(scene, await conflicting(scene, QUORUM), "decided");
        scene.losePower(0, "none");
        scene.start(0);
        await scene.pass(1_000);
        const crashed = crashAtWrite(scene, at);
        resume(scene);
        await scene.pass(1_000);
        if (crashed() !== null) {
          scene.losePower(0, keeps);
          scene.start(0);
        }
        await scene.goOn(3, 60_000);
        return crashed();
      }),
    );
  }).timeout(SLOW_MS);
});

/** Four validators after a few blocks. */
async function withBlocks<T>(
  seed: string,
  script: (scene: Scene) => Promise<T>,
  actors: Knobs["actors"] = {},
): Promise<T> {
  const scene = new Scene(seed, calmKnobs(NODES, { actors }));
  return play(scene, async () => {
    scene.submitEvery(400);
    scene.simulation.startAll();
    await scene.goOn(3, 60_000);
    return script(scene);
  });
}

/** The last blocks of a node, as it serves them to peers. */
function served(scene: Scene, index: number, count: number): Promise<CertifiedBlock[]> {
  return endpointOf(scene, index).handlers.readBlocks(scene.heightOf(index) + 1 - count, count);
}

function endpointOf(scene: Scene, index: number) {
  const endpoint = [...scene.simulation.network.endpoints].find((each) => each.index === index);
  if (endpoint === undefined) throw new Error(`node ${index} is down`);
  return endpoint;
}

/** Seals of a quorum of keys, as only thieves of them could make them. */
function certify(scene: Scene, checkpoint: Checkpoint, signers: readonly number[]): Certificate {
  const { genesisHash } = scene.simulation;
  const digest = checkpointDigest({ chainId: CHAIN_ID, genesisHash }, checkpoint);
  const keys = signers.map((index) => scene.node(index).key);
  const seals = keys.map((key): [Address, ReturnType<ReturnType<typeof fastSigner>["sign"]>] => [
    key,
    fastSigner([key]).sign(key, digest),
  ]);
  return assembleCertificate(checkpoint, new Map(seals), scene.simulation.setAt(checkpoint.height));
}

/** Another block of the last finalized height, with so many seals. */
async function conflicting(scene: Scene, seals: number): Promise<CertifiedBlock> {
  const [last] = await served(scene, 0, 1);
  if (last === undefined) throw new Error("no block yet");
  const timestamp = last.block.timestamp + 1;
  const block = blockWith(last.block, { timestamp });
  const checkpoint = { ...last.certificate.checkpoint, timestamp, blockHash: block.hash };
  const signers = Array.from({ length: seals }, (_, i) => i);
  return { block, certificate: certify(scene, checkpoint, signers) };
}

/** What a peer says to a node, in one of the ways blocks are told. */
function tell(
  scene: Scene,
  index: number,
  decided: CertifiedBlock,
  channel: "decided" | "head" = "decided",
  from = (index + 1) % NODES,
): void {
  const { block, certificate } = decided;
  const peer = scene.node(from).id;
  scene.simulation.clockwork.later(0, () => {
    const { handlers } = endpointOf(scene, index);
    if (channel === "decided") handlers.onDecided(peer, decided);
    else void handlers.onHeadAnnounced(peer, { header: block, certificate });
  });
}

/** Tell node 0 of the conflict and see it stop, and the others not. */
async function stop(scene: Scene, conflict: CertifiedBlock, channel: "decided" | "head"): Promise<void> {
  const { checkers } = scene.simulation;
  checkers.expects = (rule, node) => rule === "F2" && node === 0;
  tell(scene, 0, conflict, channel);
  await scene.reach("the safety stop", 5_000, () => scene.node(0).haltedReason !== null);
  assert.match(scene.node(0).haltedReason ?? "", /^F2: /);
  const { key } = scene.node(0);
  checkers.onSigned = ({ author, kind }) => {
    if (author === key && scene.node(0).haltedReason !== null) assert.fail(`signs a ${kind} after its stop`);
  };
}

/** Node 0 starts again with the word of its operator, who read the stop's id in the log. */
function resume(scene: Scene): void {
  const id = /--resume-after-safety-stop ([0-9a-f]+)/.exec(scene.node(0).haltedReason ?? "")?.[1];
  assert.ok(id !== undefined, `no id in: ${scene.node(0).haltedReason}`);
  scene.simulation.checkers.expects = () => false;
  scene.kill(0);
  scene.node(0).resumeAfterSafetyStop = id;
  scene.start(0);
}

/** Node 0 dies at so many writes of evidence from now. @returns at which kind of write it has, null before. */
function crashAtWrite(scene: Scene, at: number): () => PointKind | null {
  let seen = 0;
  let met: PointKind | null = null;
  scene.simulation.pointHook = ({ index }, kind) => {
    if (index !== 0 || !kind.startsWith("evidence.")) return false;
    seen += 1;
    if (seen !== at) return false;
    met = kind;
    return true;
  };
  return () => met;
}

/**
 * Until there is no such write any more.
 * @param expected kinds of writes there must have been.
 * @param run crashes at a write, and tells its kind; null when all was over before.
 */
async function atEachWrite(
  what: string,
  expected: readonly PointKind[],
  run: (at: number, keeps: Keeps) => Promise<PointKind | null>,
): Promise<void> {
  const writes: PointKind[] = [];
  for (;;) {
    const at = writes.length + 1;
    const met = await Promise.all((Object.keys(KEEPS) as Keeps[]).map((keeps) => run(at, keeps)));
    const [kind = null, ...others] = new Set(met);
    assert.deepEqual(others, [], `write ${at} is not the same in each run`);
    if (kind === null) break;
    writes.push(kind);
  }
  const counts = countKinds(writes);
  const each = Object.entries(counts).map(([kind, times]) => `${kind} ${times}`);
  console.log(`      ${what}: ${writes.length} writes: ${each.join(", ")}`);
  for (const kind of expected) assert.ok((counts[kind] ?? 0) > 0, `no crash at ${kind}`);
}
