// npm run bench:worst: what one core needs for the worst calls of each precompile, on the engine that executes blocks.
import { availableParallelism, cpus, loadavg } from "node:os";
import type { BlockContext } from "@causeway/chain/engine/engine";
import { EthereumjsEngine } from "@causeway/chain/engine/ethereumjs/ethereumjsEngine";
import { buildGenesis } from "@causeway/chain/genesis/buildGenesis";
import { genesisBlock } from "@causeway/chain/genesis/genesisBlock";
import type { StateOverrides } from "@causeway/chain/types/call";
import { parseGenesis } from "@causeway/protocol/genesis";
import type { Address } from "@causeway/protocol/hex";
import { callerCode, type WorstCall, worstCalls } from "../support/worstCalls.js";

/** EIP-7825: what one transaction can have. */
const GAS = 2n ** 24n;
const WARM_UP_GAS = 1_000_000n;
const CALLER: Address = "0x00000000000000000000000000000000000ca11e";

const validator = { consensusKey: `0x${"11".repeat(20)}`, operator: `0x${"22".repeat(20)}` } as const;
const genesis = parseGenesis(
  await buildGenesis({
    chainId: 73_311,
    timestamp: 1_790_000_000,
    validators: [validator],
    attesters: [],
    accounts: new Map(),
    causeway: { minValidators: 1 },
    bridge: null,
  }),
);
const first = await genesisBlock(genesis);
const engine = await EthereumjsEngine.create(
  genesis,
  { get: (key) => first.nodes.get(key) },
  async () => first.hash,
  () => performance.now(),
);
const context: BlockContext = { ...first.header, number: 1, timestamp: first.timestamp + 1 };

console.log(
  `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, load before ${loadavg()[0]?.toFixed(2)}, Node ${process.version}\n`,
);
console.log("| calls | gas per ms | s for 30 Mgas |");
console.log("| --- | ---: | ---: |");
const only = process.argv.slice(2);
for (const call of worstCalls()) {
  if (only.length > 0 && !only.some((word) => call.name.includes(word))) continue;
  await run(call, WARM_UP_GAS);
  const startedMs = cpuMs();
  const gasUsed = await run(call, GAS);
  const gasPerMs = Number(gasUsed) / (cpuMs() - startedMs);
  console.log(`| ${call.name} | ${gasPerMs.toFixed(0)} | ${(30_000 / gasPerMs).toFixed(1)} |`);
}

async function run({ precompile, input }: WorstCall, gas: bigint): Promise<bigint> {
  const stateOverrides: StateOverrides = new Map([[CALLER, { code: callerCode(precompile) }]]);
  const request = { to: CALLER, data: input };
  return (await engine.call(first.stateRoot, context, { request, gas, stateOverrides })).gasUsed;
}

/** Of this process: other processes on the machine do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
