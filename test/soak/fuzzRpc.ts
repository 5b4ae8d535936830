// npm run fuzz:rpc -- --cases 50000 [--seed 17 [--only 4711]]
import { parseArgs } from "node:util";
import { closeAll, openIdleSockets } from "../support/rpcFuzz/idleSockets.js";
import { fuzzRpc, megabytes, residentBytes } from "../support/rpcFuzz/rpcFuzz.js";
import { removeCluster, startUnbridged } from "../support/testCluster.js";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "50000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 32)) },
    only: { type: "string" },
  },
});
const [cases, seed] = [Number(values.cases), Number(values.seed)];
const only = values.only === undefined ? undefined : Number(values.only);
if (![cases, seed, only ?? 0].every((number) => Number.isSafeInteger(number) && number >= 0) || cases < 1) {
  console.error("fuzz:rpc: --cases takes a number from 1, --seed and --only one from 0");
  process.exit(2);
}
/** Idle websockets tried between the cases and the verdict. */
const IDLE_SOCKETS = 10_000;

console.log(`seed ${seed}`);
const cluster = await startUnbridged({ validators: 1, initArgs: ["--empty-block-period", "1"] });
let failed = true;
try {
  const [validator] = cluster.validators;
  const pid = validator?.pid;
  if (pid === undefined) throw new Error("the validator does not run");
  const target = { url: cluster.rpcUrl(1), ipcPath: cluster.path("node-1/causeway.ipc"), pid };
  const report = (line: string) => console.log(line);
  const figures = await fuzzRpc(target, { seed, cases, ...(only === undefined ? {} : { only }), report });
  for (const [kind, count] of Object.entries(figures.kinds).sort()) console.log(`${count} x ${kind}`);
  const { open, refused, cut } = await openIdleSockets(target.url, IDLE_SOCKETS);
  console.log(`${IDLE_SOCKETS} idle websockets: ${open.length} open, ${refused} refused, ${cut} cut`);
  await closeAll(open);
  await cluster.waitForHeight(1, (await cluster.height(1)) + 1);
  console.log(
    `${figures.cases} cases answered or closed over ${figures.blocks} blocks; resident ${megabytes(figures.residentBefore)} before, ${megabytes(figures.residentAfter)} after, ${megabytes(await residentBytes(pid))} at the end`,
  );
  failed = false;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await removeCluster(cluster);
}
process.exit(failed ? 1 : 0);
