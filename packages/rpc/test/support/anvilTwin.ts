import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Authorization, Wallet } from "ethers";
import { CHAIN_ID, FUNDED_KEYS, LiveChain } from "./liveChain.js";
import { RpcClient } from "./rpcClient.js";

const PLATFORMS: Readonly<Record<string, string>> = { linux: "linux", darwin: "darwin", win32: "win32" };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };
const GWEI = 10n ** 9n;

/** What a test sends to both chains. */
export interface Sent {
  readonly to?: string | null;
  readonly data?: string;
  readonly value?: bigint;
  readonly gasLimit?: bigint;
  readonly authorizationList?: readonly Authorization[];
}

/** Our chain and an anvil that mine the same signed transactions, each in a block of its own. */
export class AnvilTwin {
  readonly sender = new Wallet(FUNDED_KEYS[0] ?? "");
  private nonce = 0;

  private constructor(
    readonly live: LiveChain,
    readonly ours: RpcClient,
    readonly anvil: RpcClient,
    private readonly process: ChildProcess,
    private readonly cacheDir: string,
  ) {}

  static async start(): Promise<AnvilTwin> {
    const live = await LiveChain.start();
    live.autoMine = false;
    const cacheDir = await mkdtemp(join(tmpdir(), "causeway-anvil-"));
    const name = `@foundry-rs/anvil-${PLATFORMS[process.platform]}-${ARCHITECTURES[process.arch]}`;
    const file = process.platform === "win32" ? "anvil.exe" : "anvil";
    const child = spawn(
      createRequire(import.meta.url).resolve(`${name}/bin/${file}`),
      [
        ...["--port", "0", "--chain-id", String(CHAIN_ID), "--hardfork", "osaka", "--accounts", "1"],
        ...["--cache-path", cacheDir, "--steps-tracing"],
      ],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    const url = `http://127.0.0.1:${await listeningPort(child)}`;
    const twin = new AnvilTwin(live, new RpcClient(live.url), new RpcClient(url), child, cacheDir);
    await twin.anvil.result("anvil_setBalance", twin.sender.address, `0x${(100n * 10n ** 18n).toString(16)}`);
    return twin;
  }

  /** Mine a transaction on both. @returns its hash. */
  async send(sent: Sent): Promise<string> {
    const signed = await this.sign(sent);
    const hash = await this.ours.result<string>("eth_sendRawTransaction", signed);
    await this.live.mine();
    await this.anvil.result("eth_sendRawTransaction", signed);
    return hash;
  }

  /** Give our chain alone a transaction for its next block. @returns its hash. */
  async queue(sent: Sent): Promise<string> {
    const to = sent.to ?? this.sender.address;
    return this.ours.result("eth_sendRawTransaction", await this.sign({ gasLimit: 21_000n, ...sent, to }));
  }

  /** Mine what is queued, on our chain alone. @returns the block's height. */
  async mine(): Promise<number> {
    return (await this.live.mine()).height;
  }

  private sign({
    to,
    data = "0x",
    value = 0n,
    gasLimit = 5_000_000n,
    authorizationList,
  }: Sent): Promise<string> {
    return this.sender.signTransaction({
      type: authorizationList === undefined ? 2 : 4,
      chainId: CHAIN_ID,
      nonce: this.nonce++,
      to: to ?? null,
      data,
      value,
      gasLimit,
      maxFeePerGas: 10n * GWEI,
      maxPriorityFeePerGas: GWEI,
      ...(authorizationList === undefined ? {} : { authorizationList: [...authorizationList] }),
    });
  }

  async stop(): Promise<void> {
    const exited = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await exited;
    await this.live.stop();
    await rm(this.cacheDir, { recursive: true, force: true });
  }
}

async function listeningPort(child: ChildProcess): Promise<number> {
  let output = "";
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    output += String(chunk);
    const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
    if (port === undefined) continue;
    child.stdout?.resume();
    return Number(port);
  }
  throw new Error(`anvil ended before it listened: ${output}`);
}
