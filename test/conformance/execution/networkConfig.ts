import type { Fixture } from "./fixture.js";

/** Keys of geth's `config`, oldest first, by the names that fixtures give the forks. */
const BLOCK_FORKS: readonly (readonly [names: readonly string[], keys: readonly string[]])[] = [
  [["Frontier"], []],
  [["Homestead"], ["homesteadBlock"]],
  [["EIP150", "TangerineWhistle"], ["eip150Block"]],
  [
    ["EIP158", "SpuriousDragon"],
    ["eip155Block", "eip158Block"],
  ],
  [["Byzantium"], ["byzantiumBlock"]],
  [["Constantinople"], ["constantinopleBlock"]],
  [["ConstantinopleFix"], ["petersburgBlock"]],
  [["Istanbul"], ["istanbulBlock"]],
  [["MuirGlacier"], ["muirGlacierBlock"]],
  [["Berlin"], ["berlinBlock"]],
  [["London"], ["londonBlock"]],
  [["ArrowGlacier"], ["arrowGlacierBlock"]],
  [["GrayGlacier"], ["grayGlacierBlock"]],
];
const TIME_FORKS: readonly (readonly [name: string, key: string])[] = [
  ["Shanghai", "shanghaiTime"],
  ["Cancun", "cancunTime"],
  ["Prague", "pragueTime"],
  ["Osaka", "osakaTime"],
  ["BPO1", "bpo1Time"],
  ["BPO2", "bpo2Time"],
  ["BPO3", "bpo3Time"],
  ["BPO4", "bpo4Time"],
  ["BPO5", "bpo5Time"],
];
const MERGE = ["Paris", "Merge"];
/** Long after the end of every fixture. */
const NEVER = 10_000_000;
/** EIP-6110, as every fixture has it. */
const DEPOSIT_CONTRACT = "0x00000000219ab540356cbb839cbe05303d7705fa";

type Config = Record<string, unknown>;

/** geth's `config` for the network of a fixture, e.g. "Cancun", "BerlinToLondonAt5", "ParisToShanghaiAtTime15k". */
export function networkConfig({ network, config }: Pick<Fixture, "network" | "config">): Config {
  const [, from = network, to, at] = /^(.+)To(.+)At(Time15k|DiffC0000|5)$/.exec(network) ?? [];
  const forks: Config = {
    chainId: Number(config?.chainid ?? "0x1"),
    depositContractAddress: DEPOSIT_CONTRACT,
  };
  activate(forks, from);
  if (to === "Dao") Object.assign(forks, { daoForkBlock: 5, daoForkSupport: true });
  else if (to !== undefined && at === "5") activate(forks, to, 5);
  else if (to !== undefined && at === "Time15k") forks[timeKey(to)] = 15_000;
  else if (to !== undefined) forks.terminalTotalDifficulty = 0xc0000;
  if (config?.blobSchedule !== undefined) forks.blobSchedule = blobSchedule(config.blobSchedule);
  return forks;
}

/** Every fork up to one that is not active yet, from block 0; or from a later block. */
function activate(config: Config, network: string, block = 0): void {
  const last = BLOCK_FORKS.findIndex(([names]) => names.includes(network));
  for (const [i, [, keys]] of BLOCK_FORKS.entries()) {
    for (const key of keys) if (last === -1 || i <= last) config[key] ??= block;
  }
  // geth takes a chain that does not name Petersburg for one that had it with Constantinople.
  if (network === "Constantinople") config.petersburgBlock = NEVER;
  if (last !== -1) return;
  config.terminalTotalDifficulty = 0;
  if (MERGE.includes(network)) return;
  const newest = TIME_FORKS.findIndex(([name]) => name === network);
  if (newest === -1) throw new Error(`fixtures of network ${network} are not known here`);
  for (const [, key] of TIME_FORKS.slice(0, newest + 1)) config[key] = 0;
}

function timeKey(network: string): string {
  const key = TIME_FORKS.find(([name]) => name === network)?.[1];
  if (key === undefined) throw new Error(`fixtures that turn to ${network} by time are not known here`);
  return key;
}

function blobSchedule(schedule: NonNullable<NonNullable<Fixture["config"]>["blobSchedule"]>) {
  return Object.fromEntries(
    Object.entries(schedule).map(([fork, parameters]) => [
      fork.toLowerCase(),
      Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, Number(value)])),
    ]),
  );
}
