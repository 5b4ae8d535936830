import assert from "node:assert/strict";
import { getCreateAddress, Interface, Wallet } from "ethers";
import { AnvilTwin } from "./anvilTwin.js";
import { CHAIN_ID, FUNDED_KEYS } from "./liveChain.js";
import { TRACEE_ABI, TRACEE_BYTECODE } from "./traceeContract.js";

export const TRACEE = new Interface(TRACEE_ABI);
export const SALT = `0x${"01".repeat(32)}`;

/** What happens in each block, from block 1 on. */
export type Scene =
  | "deploy"
  | "make"
  | "calls"
  | "precompiles"
  | "failures"
  | "failLate"
  | "kill"
  | "deep"
  | "oog"
  | "invalid"
  | "transfer"
  | "delegated";

/** A play of every kind of frame on both chains. */
export interface TraceeRun {
  readonly tracee: string;
  readonly authority: string;
  readonly hashes: ReadonlyMap<Scene, string>;
}

export async function playTracee(twin: AnvilTwin): Promise<TraceeRun> {
  const tracee = getCreateAddress({ from: twin.sender.address, nonce: 0 }).toLowerCase();
  const authority = new Wallet(FUNDED_KEYS[1] ?? "");
  const authorization = await authority.authorize({ address: tracee, chainId: CHAIN_ID, nonce: 0 });
  const call = (name: string, ...args: unknown[]) => ({
    to: tracee,
    data: TRACEE.encodeFunctionData(name, args),
  });
  const hashes = new Map<Scene, string>();
  hashes.set("deploy", await twin.send({ data: TRACEE_BYTECODE, value: 1_000n }));
  hashes.set("make", await twin.send(call("make", SALT)));
  hashes.set("calls", await twin.send({ ...call("calls"), value: 3n }));
  hashes.set("precompiles", await twin.send({ ...call("precompiles"), value: 3n }));
  hashes.set("failures", await twin.send(call("failures")));
  hashes.set("failLate", await twin.send(call("failLate")));
  hashes.set("kill", await twin.send(call("kill")));
  hashes.set("deep", await twin.send(call("deep", 20)));
  hashes.set("oog", await twin.send({ ...call("burn"), gasLimit: 100_000n }));
  hashes.set("invalid", await twin.send({ ...call("invalid"), gasLimit: 100_000n }));
  hashes.set("transfer", await twin.send({ to: `0x${"44".repeat(20)}`, value: 1n, gasLimit: 21_000n }));
  hashes.set(
    "delegated",
    await twin.send({
      to: authority.address,
      data: TRACEE.encodeFunctionData("deep", [2]),
      authorizationList: [authorization],
    }),
  );
  return { tracee, authority: authority.address.toLowerCase(), hashes };
}

/** The play on both chains, before the tests of the `describe` this is called in. */
export function traceeOnTwin() {
  let twin: AnvilTwin;
  let run: TraceeRun;
  before(async () => {
    twin = await AnvilTwin.start();
    run = await playTracee(twin);
  });
  after(() => twin?.stop());
  return {
    get twin() {
      return twin;
    },
    get run() {
      return run;
    },
    hashOf: (scene: Scene) => run.hashes.get(scene) ?? assert.fail(`no scene ${scene}`),
    ours: <T = unknown>(method: string, ...params: readonly unknown[]) =>
      twin.ours.result<T>(method, ...params),
    theirs: <T = unknown>(method: string, ...params: readonly unknown[]) =>
      twin.anvil.result<T>(method, ...params),
  };
}
