import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import { exitError, ManagedProcess } from "@causeway/devnet/managedProcess";
import { waitFor } from "@causeway/devnet/waitFor";
import { signerIndices } from "@causeway/protocol/certificate";
import { maxFaulty, quorum } from "@causeway/protocol/quorum";
import { readCertificate } from "../certificate.js";
import { rpc, rpcWithin } from "../rpc.js";
import { makeCluster, makeTestDirectory, removeCluster } from "../testCluster.js";
import { ChainAudit } from "./chainAudit.js";
import { LinkMesh } from "./linkMesh.js";
import { moveToTightDisk, type TightDisk } from "./tightDisk.js";
import { TransferLoad } from "./transferLoad.js";
import { WallClocks } from "./wallClocks.js";

/** Short rounds, so that what timeouts must do is soon seen. */
export const NEMESIS_SPEC = {
  blockPeriodSeconds: 1,
  emptyBlockPeriodSeconds: 1,
  requestTimeoutMs: 1_000,
  maxRequestTimeoutMs: 4_000,
} as const;
/** "Two capped timeouts", counted in rounds: after this many a chain that can go on has a block. */
const ROUNDS_TO_RECOVER = 2;

/** A chain that makes no block for longer than any of its rounds lasts has stopped. */
const STANDSTILL_MS = NEMESIS_SPEC.maxRequestTimeoutMs + NEMESIS_SPEC.requestTimeoutMs;
/** For conditions that have no bound of their own: machines may be busy. */
export const PATIENCE_MS = 180_000;
const ANSWER_TIMEOUT_MS = 30_000;

/** Parts of causeway_status. */
interface Status {
  readonly height: number;
  readonly round: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly peers: readonly unknown[];
}

/**
 * Validators as real processes under load, all they say to each other through links that can be cut, every wall clock
 * able to be wrong. Validators are numbered from 1.
 */
export class HurtNetwork {
  readonly load: TransferLoad;
  readonly audit: ChainAudit;

  private constructor(
    readonly cluster: Cluster,
    readonly links: LinkMesh,
    readonly clocks: WallClocks,
    /** Validators whose processes ended without being told to, with their last words. */
    readonly endedByThemselves: readonly string[],
  ) {
    this.load = new TransferLoad(cluster);
    this.audit = new ChainAudit(cluster);
  }

  /** Validators finalizing, load on. */
  static async start(validators: number): Promise<HurtNetwork> {
    const dir = await makeTestDirectory();
    const clocks = new WallClocks(dir, validators);
    const endedByThemselves: string[] = [];
    const cluster = await makeCluster({
      dir,
      validators,
      initArgs: ["--preset", `${dir}/preset.json`],
      validatorEnv: (i) => clocks.env(i),
      onUnexpectedExit: (process, exit) => endedByThemselves.push(exitError(process, exit).message),
    });
    let links: LinkMesh | undefined;
    try {
      await writeFile(cluster.path("preset.json"), JSON.stringify(NEMESIS_SPEC));
      await cluster.init();
      links = await LinkMesh.between(cluster);
      await cluster.startValidators();
    } catch (error) {
      await links?.close();
      await removeCluster(cluster);
      throw error;
    }
    const network = new HurtNetwork(cluster, links, clocks, endedByThemselves);
    network.load.start();
    return network;
  }

  async remove(): Promise<void> {
    await this.load.stop();
    await removeCluster(this.cluster);
    await this.links.close();
  }

  get n(): number {
    return this.cluster.options.validators;
  }

  /** How many may fail. */
  get f(): number {
    return maxFaulty(this.n);
  }

  /** How many make a block final. */
  get q(): number {
    return quorum(this.n);
  }

  get all(): readonly number[] {
    return this.cluster.validators.map((_, i) => i + 1);
  }

  /** The last `count` validators: those that tests hurt. */
  last(count: number): readonly number[] {
    return this.all.slice(-count);
  }

  allBut(some: readonly number[]): readonly number[] {
    return this.all.filter((i) => !some.includes(i));
  }

  process(i: number): ManagedProcess {
    return this.cluster.validators[i - 1] as ManagedProcess;
  }

  async kill(some: readonly number[]): Promise<void> {
    await Promise.all(some.map((i) => this.process(i).kill()));
  }

  /** Start these and wait until they answer. */
  async restart(some: readonly number[]): Promise<void> {
    for (const i of some) this.process(i).start();
    await Promise.all(some.map((i) => this.answers(i)));
  }

  pause(some: readonly number[]): void {
    for (const i of some) this.process(i).pause();
  }

  resume(some: readonly number[]): void {
    for (const i of some) this.process(i).resume();
  }

  /** No fault of processes, links or clocks is left. */
  async mend(): Promise<void> {
    this.links.heal();
    for (const i of this.all) this.clocks.set(i, 0);
    this.resume(this.all);
    await this.restart(this.all.filter((i) => !this.process(i).running));
  }

  /** These finalize `blocks` blocks that none of them had. */
  async goesOn(among: readonly number[], blocks = 3): Promise<void> {
    const start = Math.max(...(await this.heights(among)));
    await Promise.all(among.map((i) => this.cluster.waitForHeight(i, start + blocks, PATIENCE_MS)));
  }

  /** Somebody finalizes this block. */
  async reach(height: number): Promise<void> {
    await waitFor(`block ${height}`, async () => ((await this.top()) >= height ? true : null), {
      timeoutMs: PATIENCE_MS,
    });
  }

  /**
   * No validator finalized a height twice, over all its lives: a block that a restart had lost would be fetched from
   * others and logged once more, before anybody could ask for it.
   */
  async finalizedOnce(): Promise<void> {
    for (const i of this.all) {
      let last = 0;
      for (const line of (await readFile(this.cluster.path(`node-${i}/node.log`), "utf8")).split("\n")) {
        const height = Number(/"msg":"block (\d+) · /.exec(line)?.[1] ?? Number.NaN);
        if (Number.isNaN(height)) continue;
        assert.ok(height > last, `validator ${i} finalized block ${height} after block ${last}`);
        last = height;
      }
      assert.ok(last > 0, `the log of validator ${i} tells of no block`);
    }
  }

  /** Each of these is connected to exactly `count` others. */
  async hasPeers(some: readonly number[], count: number): Promise<void> {
    const peerCount = (i: number) =>
      rpcWithin<string>(ANSWER_TIMEOUT_MS, this.cluster.rpcUrl(i), "net_peerCount");
    for (const i of some) {
      await waitFor(
        `validator ${i} to have ${count} peers`,
        async () => (Number(await peerCount(i)) === count ? true : null),
        { timeoutMs: PATIENCE_MS },
      );
    }
  }

  /**
   * These try in vain: they have left round 0, and for longer than a round can last none of them finalizes anything.
   * @returns the highest block they have.
   */
  async waits(among: readonly number[]): Promise<number> {
    let last: readonly number[] = [];
    let sinceMs = performance.now();
    await waitFor(
      "the chain to stand still",
      async () => {
        const statuses = await Promise.all(among.map((i) => this.status(i)));
        const heights = statuses.map(({ height }) => height);
        if (heights.some((height, k) => height !== last[k])) sinceMs = performance.now();
        last = heights;
        const tried = statuses.every(({ round }) => round > 0);
        return tried && performance.now() - sinceMs > STANDSTILL_MS ? true : null;
      },
      { timeoutMs: PATIENCE_MS },
    );
    return Math.max(...last);
  }

  /**
   * Healed, the block that these waited for comes in a round that is at most two above the highest that any of them was in when
   * all validators were connected to them. Seconds would be the machine's; they are asserted in the simulator's time.
   * @param stood highest block while they waited.
   */
  async recovers(among: readonly number[], stood: number, heal: () => void | Promise<void>): Promise<void> {
    let [highest, connected] = [0, false];
    const healed = Promise.resolve(heal());
    const finalized = waitFor(
      `block ${stood + 1}`,
      async () => {
        const statuses = await Promise.all(among.map((i) => this.status(i)));
        if (statuses.some(({ height }) => height > stood)) return true;
        if (!connected) highest = Math.max(highest, ...statuses.map(({ round }) => round));
        connected ||= statuses.every(({ peers }) => peers.length === this.n - 1);
        return null;
      },
      { timeoutMs: PATIENCE_MS },
    );
    await Promise.all([healed, finalized]);
    await this.cluster.waitForHeight(1, stood + 1, PATIENCE_MS);
    const { checkpoint } = await readCertificate(this.cluster, 1, stood + 1);
    assert.ok(
      checkpoint.round <= highest + ROUNDS_TO_RECOVER,
      `block ${stood + 1} is of round ${checkpoint.round}; healed, the highest was ${highest}`,
    );
  }

  /** One of these finalizes a block that none of them had, within `timeoutMs`. @returns after how many milliseconds. */
  async blockWithin(among: readonly number[], timeoutMs: number): Promise<number> {
    const startMs = performance.now();
    const known = Math.max(...(await this.heights(among)));
    await waitFor(
      `a block after ${known}`,
      async () => (Math.max(...(await this.heights(among))) > known ? true : null),
      { timeoutMs },
    );
    return Math.round(performance.now() - startMs);
  }

  /** Each of these has what the others have, and votes: its seal is in a certificate of a block that is new to it. */
  async takesPart(some: readonly number[]): Promise<void> {
    const top = await this.top();
    await Promise.all(some.map((i) => this.cluster.waitForHeight(i, top, PATIENCE_MS)));
    await Promise.all(some.map((i) => this.seals(i, top)));
  }

  /**
   * Run validator i on a disk that can be filled; afterwards its data is back in its place and it runs as before.
   * @param use is given the disk and the validator's process on it, which runs.
   */
  async onTightDisk(
    i: number,
    use: (disk: TightDisk, process: ManagedProcess) => Promise<void>,
  ): Promise<void> {
    await this.process(i).stop();
    const disk = await moveToTightDisk(this.cluster.path(`node-${i}`));
    const { spec } = this.process(i);
    // Of its own: a log that is already large could not be told the reason where files may not grow.
    const logFile = this.cluster.path(`node-${i}/disk.log`);
    const process = new ManagedProcess({ ...spec, ...disk.wrap(spec.command, spec.args), logFile });
    try {
      process.start();
      await this.answers(i);
      await use(disk, process);
    } finally {
      await process.stop();
      await disk.moveBack();
    }
    await this.restart([i]);
  }

  async answers(i: number): Promise<void> {
    await waitFor(`validator ${i} to answer`, () => this.status(i), { timeoutMs: PATIENCE_MS });
  }

  /** The highest head of these. */
  async top(among = this.all): Promise<number> {
    return Math.max(...(await this.heights(among)));
  }

  /** Time of validator 1's latest block. */
  async chainTimeMs(): Promise<number> {
    const url = this.cluster.rpcUrl(1);
    const { timestamp } = await rpc<{ timestamp: string }>(url, "eth_getBlockByNumber", "latest", false);
    return Number(timestamp) * 1_000;
  }

  status(i: number): Promise<Status> {
    return rpcWithin<Status>(ANSWER_TIMEOUT_MS, this.cluster.rpcUrl(i), "causeway_status");
  }

  /** Heads of those that answer; -1 for those that do not. */
  async heights(among: readonly number[]): Promise<readonly number[]> {
    return Promise.all(
      among.map((i) =>
        this.status(i).then(
          ({ height }) => height,
          () => -1,
        ),
      ),
    );
  }

  /**
   * None of these has sealed a block since the head: the fault is real, and the others are the quorum.
   * @param since head of the others, read once the fault was there; the next two blocks are left out, what they needed may
   * have been on its way.
   */
  async sealNothing(some: readonly number[], since: number): Promise<void> {
    const [witness] = this.allBut(some) as [number];
    const [top = 0] = await this.heights([witness]);
    const keys = await Promise.all(some.map((i) => this.key(i)));
    for (let height = since + 3; height <= top; height++) {
      const { signers, validators } = await readCertificate(this.cluster, witness, height);
      const sealers = signerIndices(signers, validators.length).map((k) => validators[k] as string);
      assert.deepEqual(
        sealers.filter((sealer) => keys.includes(sealer)),
        [],
        `seals of block ${height}`,
      );
    }
  }

  private async key(i: number): Promise<string> {
    const keystore = await readFile(this.cluster.path(`node-${i}/consensus.json`), "utf8");
    const { address } = JSON.parse(keystore) as { address: string };
    return `0x${address.replace(/^0x/, "").toLowerCase()}`;
  }

  private async seals(i: number, after: number): Promise<void> {
    const own = await this.key(i);
    let next = after + 1;
    await waitFor(
      `a certificate after block ${after} with the seal of validator ${i}`,
      async () => {
        await this.cluster.waitForHeight(i, next, PATIENCE_MS);
        const { signers, validators } = await readCertificate(this.cluster, i, next++);
        return signerIndices(signers, validators.length).some((k) => validators[k] === own) ? true : null;
      },
      { timeoutMs: PATIENCE_MS },
    );
  }
}
