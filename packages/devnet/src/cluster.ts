import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Genesis, parseGenesis } from "@causeway/protocol/genesis";
import { DEVNET_L1_CHAIN_ID } from "@causeway/protocol/predeploys";
import { getAddress, JsonRpcProvider, NonceManager, parseEther, Wallet } from "ethers";
import { anvil } from "./anvil.js";
import { DEPLOYER_INDEX, devAccount, FUNDER_INDEX } from "./devnetAccounts.js";
import { exitError, ManagedProcess, type ProcessExit } from "./managedProcess.js";
import { type DevnetPorts, layOutPorts, type PortBases, requireFreePorts } from "./ports.js";
import { waitFor } from "./waitFor.js";

const INIT_TIMEOUT_MS = 120_000;
const DEPLOY_TIMEOUT_MS = 120_000;
const READY_TIMEOUT_MS = 120_000;
const FUNDING_POLL_MS = 200;
/** Gas for many checkpoints and claims. */
const CARRIER_WEI = parseEther("10");
export interface ClusterOptions {
  /** Everything the cluster writes goes below. */
  readonly dir: string;
  /** Path of the `causeway` command's entry file. */
  readonly causeway: string;
  readonly chainId: number;
  readonly validators: number;
  readonly attesters: number;
  readonly carriers: number;
  readonly explorer: boolean;
  /** Without a bridge there is no L1, no relayer. */
  readonly bridge: boolean;
  readonly ports: PortBases;
  /** finalized = latest - 2·this on the L1. */
  readonly l1SlotsInAnEpoch: number;
  /** The directory holds an earlier cluster: go on with it. */
  readonly resume: boolean;
  /** More arguments for `causeway init`. */
  readonly initArgs?: readonly string[];
  /** More environment for the process of validator i. */
  readonly validatorEnv?: (i: number) => Readonly<Record<string, string>>;
  readonly onUnexpectedExit?: (process: ManagedProcess, exit: ProcessExit) => void;
  /** Once aborted, nothing is started and no wait goes on. */
  readonly signal?: AbortSignal;
}

/**
 * A whole Causeway network of real processes on this machine. Methods start and stop parts by name; `stop` ends all.
 * Processes: the L1, validators 1..n, carriers and attesters, the explorer.
 */
export class Cluster {
  readonly options: ClusterOptions;
  readonly ports: DevnetPorts;
  readonly validators: readonly ManagedProcess[];
  readonly carriers: readonly ManagedProcess[];
  readonly attesters: readonly ManagedProcess[];
  readonly explorer: ManagedProcess | null;
  private l1Process: ManagedProcess | null = null;

  constructor(options: ClusterOptions) {
    this.options = options;
    this.ports = layOutPorts(options.ports, options.validators, options.carriers + options.attesters);
    this.validators = numbered(options.validators, (i) =>
      this.program(
        `validator ${i}`,
        ["node", "--config", this.path(`node-${i}/config.json`)],
        `node-${i}/node.log`,
        options.validatorEnv?.(i),
      ),
    );
    this.carriers = numbered(options.carriers, (i) => this.relayer(`carrier-${i}`));
    this.attesters = numbered(options.attesters, (i) => this.relayer(`attester-${i}`));
    this.explorer = options.explorer
      ? this.program(
          "explorer",
          ["explorer", "--config", this.path("explorer/config.json")],
          "explorer/explorer.log",
        )
      : null;
  }

  get l1(): ManagedProcess {
    if (this.l1Process === null) throw new Error("the cluster's L1 has not been started");
    return this.l1Process;
  }

  get l1Url(): string {
    return `http://127.0.0.1:${this.ports.l1}`;
  }

  /** RPC of validator i, from 1; HTTP and websocket share the port. */
  rpcUrl(i: number): string {
    return `http://127.0.0.1:${this.ports.rpc[i - 1]}`;
  }

  get explorerUrl(): string {
    return `http://127.0.0.1:${this.ports.explorer}`;
  }

  path(relative: string): string {
    return join(this.options.dir, relative);
  }

  async genesis(): Promise<Genesis> {
    return parseGenesis(JSON.parse(await readFile(this.path("genesis.json"), "utf8")));
  }

  /** @throws CausewayError "PortTaken" before anything is written. */
  async requirePorts(): Promise<void> {
    await requireFreePorts(this.ports);
  }

  async startL1(): Promise<void> {
    this.l1Process = anvil(
      {
        port: this.ports.l1,
        chainId: DEVNET_L1_CHAIN_ID,
        dir: this.path("l1"),
        blockTimeSeconds: 1,
        slotsInAnEpoch: this.options.l1SlotsInAnEpoch,
        keepState: true,
      },
      this.options.onUnexpectedExit,
    );
    this.start([this.l1Process]);
    await this.waitFor("the L1 to answer", () => answers(this.l1Url, DEVNET_L1_CHAIN_ID));
  }

  /** Keys, genesis and one config per process, by `causeway init`. */
  async init(): Promise<void> {
    const { chainId, validators, attesters, carriers, bridge, ports, dir } = this.options;
    const bridgeArgs = [
      ...["--l1-chain-id", String(DEVNET_L1_CHAIN_ID), "--l1-rpc", this.l1Url],
      ...["--deployer", devAccount(DEPLOYER_INDEX).address, "--deployer-nonce", "0"],
      ...["--attesters", String(attesters), "--carriers", String(carriers)],
    ];
    await this.run("init", INIT_TIMEOUT_MS, [
      ...[
        "init",
        "--validators",
        String(validators),
        "--dir",
        dir,
        "--chain-id",
        String(chainId),
        "--devnet",
      ],
      ...[
        "--rpc-port",
        String(ports.rpc),
        "--p2p-port",
        String(ports.p2p),
        "--metrics-port",
        String(ports.metrics),
      ],
      ...["--explorer-port", String(ports.explorer), "--relayer-port", String(ports.relayer)],
      ...(bridge ? bridgeArgs : []),
      ...(this.options.initArgs ?? []),
    ]);
  }

  /** The L1 side, by `causeway bridge deploy`. */
  async deployBridge(): Promise<void> {
    const env = { CAUSEWAY_DEPLOYER_KEY: devAccount(DEPLOYER_INDEX).privateKey };
    await this.run(
      "bridge deploy",
      DEPLOY_TIMEOUT_MS,
      ["bridge", "deploy", "--genesis", this.path("genesis.json"), "--l1-rpc", this.l1Url],
      env,
    );
  }

  /** Carriers pay gas on L1, where the genesis cannot give them any. */
  async fundCarriers(): Promise<void> {
    const provider = new JsonRpcProvider(this.l1Url, DEVNET_L1_CHAIN_ID, { staticNetwork: true });
    provider.pollingInterval = FUNDING_POLL_MS;
    try {
      const funder = new NonceManager(new Wallet(devAccount(FUNDER_INDEX).privateKey, provider));
      for (let i = 1; i <= this.options.carriers; i++) {
        const { address } = JSON.parse(await readFile(this.path(`carrier-${i}/key.json`), "utf8")) as {
          address: string;
        };
        const sent = await funder.sendTransaction({
          to: getAddress(`0x${address.replace(/^0x/, "")}`),
          value: CARRIER_WEI,
        });
        await sent.wait();
      }
    } finally {
      provider.destroy();
    }
  }

  /** Start every validator and wait until the chain finalizes blocks. */
  async startValidators(): Promise<void> {
    this.start(this.validators);
    await Promise.all(this.validators.map((_, i) => this.waitForHeight(i + 1, 1)));
  }

  startRelayers(): void {
    this.start([...this.carriers, ...this.attesters]);
  }

  async startExplorer(): Promise<void> {
    const { explorer } = this;
    if (explorer === null) throw new Error("this cluster was made without an explorer");
    this.start([explorer]);
    await this.waitFor("the explorer to answer", async () => {
      const response = await fetch(`${this.explorerUrl}/readyz`);
      return response.ok ? true : null;
    });
  }

  /** Wait until validator i has finalized `height`. */
  async waitForHeight(i: number, height: number, timeoutMs = READY_TIMEOUT_MS): Promise<number> {
    return this.waitFor(
      `validator ${i} to finalize block ${height}`,
      async () => {
        const head = await this.height(i);
        return head >= height ? head : null;
      },
      timeoutMs,
    );
  }

  async height(i: number): Promise<number> {
    const provider = new JsonRpcProvider(this.rpcUrl(i), this.options.chainId, { staticNetwork: true });
    try {
      return await provider.getBlockNumber();
    } finally {
      provider.destroy();
    }
  }

  /** End every process, relayers first so that none complains about the others' going. */
  async stop(): Promise<void> {
    const groups = [
      this.explorer ?? [],
      [...this.carriers, ...this.attesters],
      this.validators,
      this.l1Process ?? [],
    ];
    for (const group of groups) await Promise.all([group].flat().map((process) => process.stop()));
  }

  private start(processes: readonly ManagedProcess[]): void {
    this.options.signal?.throwIfAborted();
    for (const process of processes) process.start();
  }

  private waitFor<T>(what: string, probe: () => Promise<T | null>, timeoutMs = READY_TIMEOUT_MS): Promise<T> {
    const { signal } = this.options;
    return waitFor(what, probe, { timeoutMs, ...(signal === undefined ? {} : { signal }) });
  }

  private relayer(name: string): ManagedProcess {
    return this.program(
      name,
      ["relayer", "--config", this.path(`${name}/config.json`)],
      `${name}/relayer.log`,
    );
  }

  private program(
    name: string,
    args: readonly string[],
    logFile: string,
    env: Readonly<Record<string, string>> = {},
  ): ManagedProcess {
    return new ManagedProcess(
      {
        name,
        command: process.execPath,
        args: [this.options.causeway, ...args],
        logFile: this.path(logFile),
        env,
      },
      this.options.onUnexpectedExit,
    );
  }

  /** Run one command to its end. @throws when it fails, with its output. */
  private async run(
    name: string,
    timeoutMs: number,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const command = new ManagedProcess({
      name: `causeway ${name}`,
      command: process.execPath,
      args: [this.options.causeway, ...args],
      logFile: this.path(`${name.replace(" ", "-")}.log`),
    });
    const { signal } = this.options;
    signal?.throwIfAborted();
    command.start(env);
    const kill = () => void command.kill();
    const timer = setTimeout(kill, timeoutMs);
    signal?.addEventListener("abort", kill, { once: true });
    const exit = await command.waitForExit();
    clearTimeout(timer);
    signal?.removeEventListener("abort", kill);
    signal?.throwIfAborted();
    if (exit.code !== 0) throw exitError(command, exit);
  }
}

async function answers(url: string, chainId: number): Promise<true> {
  const provider = new JsonRpcProvider(url, chainId, { staticNetwork: true });
  try {
    await provider.getBlockNumber();
    return true;
  } finally {
    provider.destroy();
  }
}

function numbered<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i + 1));
}
