// npm run bench:disk: what a transaction takes on disk and where it goes, on a chain with its database, and what pruning
// gives back.
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { abi as tokenAbi, bytecode as tokenCode } from "@causeway/contracts/TestToken";
import { ClassicLevel } from "classic-level";
import { getCreateAddress, Interface, type TransactionRequest, type Wallet } from "ethers";
import { pruneChain } from "../../src/prune/pruneChain.js";
import { databaseLocation } from "../../src/store/databaseLocation.js";
import { FUNDED } from "../support/genesisInput.js";
import { makeChain, openTestChain, type TestChain } from "../support/makeChain.js";
import { mineSealed } from "../support/sealedChain.js";
import { signed, word } from "../support/transactions.js";

const PER_BLOCK = 100;
const BLOCKS = 60;
const EMPTY_BLOCKS = 300;
const KEEP = 128;

/** By a key's first byte, and after it for blocks. */
const KINDS = ["state", "blocks", "receipts", "certificates", "indexes", "other"] as const;
type Kind = (typeof KINDS)[number];
type Sizes = Record<Kind, number>;

const [alice, bob, carol, dave] = FUNDED as [Wallet, Wallet, Wallet, Wallet];
const senders = [alice, bob, carol, dave];
const token = new Interface(tokenAbi);
const tokenAddress = getCreateAddress({ from: alice.address, nonce: 0 });
const nonces = new Map<Wallet, number>();
let newcomers = 0;

let chain = await makeChain();
const { genesis, dataDir } = chain;
try {
  await send(chain, alice, {
    data: tokenCode + token.encodeDeploy(["Token", "TOK", 10n ** 24n]).slice(2),
    gasLimit: 3_000_000n,
  });
  await mine(chain, 1);
  for (const to of senders.slice(1)) await send(chain, alice, tokenTransfer(to.address, 10n ** 20n));
  await mine(chain, 1);

  const rows: [name: string, units: number, grown: Sizes][] = [];
  const newcomer = () => `0x${word(0x7000_0000 + newcomers++).slice(24)}`;
  const known = (i: number) => `0x${word(0x7000_0000 + ((i * 7_919) % newcomers)).slice(24)}`;
  const phases: [string, (i: number) => TransactionRequest][] = [
    ["plain transfer, to a new account", () => ({ to: newcomer(), value: 1n })],
    ["plain transfer, to a known account", (i) => ({ to: known(i), value: 1n })],
    ["ERC-20 transfer, to a new holder", (i) => tokenTransfer(known(i), 1n)],
    ["ERC-20 transfer, to a known holder", (i) => tokenTransfer(known(i), 1n)],
  ];
  let before = await reopened();
  for (const [name, request] of phases) {
    for (let block = 0; block < BLOCKS; block++) {
      for (let i = 0; i < PER_BLOCK; i++) {
        const sender = senders[i % senders.length] as Wallet;
        await send(chain, sender, request(block * PER_BLOCK + i));
      }
      await mine(chain, 1);
    }
    const after = await reopened();
    rows.push([name, BLOCKS * PER_BLOCK, difference(after, before)]);
    before = after;
  }
  await mine(chain, EMPTY_BLOCKS);
  const after = await reopened();
  rows.push(["empty block", EMPTY_BLOCKS, difference(after, before)]);
  await chain.close();

  console.log(`Bytes of keys and values; ${PER_BLOCK} transactions a block, its own share included:\n`);
  console.log(`| | ${KINDS.join(" | ")} | all |`);
  console.log(`| --- |${" ---: |".repeat(KINDS.length + 1)}`);
  for (const [name, units, grown] of rows) {
    const cells = KINDS.map((kind) => (grown[kind] / units).toFixed(0));
    console.log(`| ${name} | ${cells.join(" | ")} | ${(sum(grown) / units).toFixed(0)} |`);
  }
  const [whole, wholeDisk] = [await sizes(), await compactedBytes()];
  const report = await pruneChain({ genesis, dataDir, keep: KEEP, onProgress() {} });
  const [pruned, prunedDisk] = [await sizes(), await compactedBytes()];
  console.log(
    `\nThe whole chain of ${report.head} blocks, and after \`chain prune --keep ${KEEP}\`, in kB:\n`,
  );
  console.log(`| | ${KINDS.join(" | ")} | all | on disk, compressed |`);
  console.log(`| --- |${" ---: |".repeat(KINDS.length + 2)}`);
  for (const [name, size, disk] of [
    ["archive", whole, wholeDisk],
    ["pruned", pruned, prunedDisk],
  ] as const) {
    const cells = [...KINDS.map((kind) => size[kind]), sum(size), disk].map((bytes) =>
      (bytes / 1_000).toFixed(0),
    );
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

function tokenTransfer(to: string, amount: bigint): TransactionRequest {
  return {
    to: tokenAddress,
    data: token.encodeFunctionData("transfer", [to, amount]),
    gasLimit: 100_000n,
  };
}

async function send({ pool }: TestChain, from: Wallet, request: TransactionRequest): Promise<void> {
  const nonce = nonces.get(from) ?? 0;
  nonces.set(from, nonce + 1);
  await pool.add(await signed(from, { nonce, maxFeePerGas: 100_000_000_000n, ...request }));
}

/** Sealed by three of four. */
async function mine({ execution }: TestChain, blocks: number): Promise<void> {
  await mineSealed(chain, execution.head().height + blocks);
}

/** What the database holds while no node has it open. */
async function reopened(): Promise<Sizes> {
  await chain.close();
  const found = await sizes();
  chain = await openTestChain(genesis, dataDir);
  return found;
}

async function withLevel<T>(use: (level: ClassicLevel<Uint8Array, Uint8Array>) => Promise<T>): Promise<T> {
  const level = new ClassicLevel<Uint8Array, Uint8Array>(databaseLocation(dataDir), {
    keyEncoding: "view",
    valueEncoding: "view",
  });
  await level.open();
  try {
    return await use(level);
  } finally {
    await level.close();
  }
}

function sizes(): Promise<Sizes> {
  return withLevel(async (level) => {
    const found: Sizes = { state: 0, blocks: 0, receipts: 0, certificates: 0, indexes: 0, other: 0 };
    for await (const [key, value] of level.iterator()) found[kindOf(key)] += key.length + value.length;
    return found;
  });
}

function kindOf(key: Uint8Array): Kind {
  const [prefix, library] = key;
  if (prefix === 1) return "state";
  if (prefix === 2) return isBlockPart(key, library) ? "blocks" : "indexes";
  if (prefix === 3) return "receipts";
  if (prefix === 5) return "certificates";
  return prefix === 4 || (prefix !== undefined && prefix >= 7) ? "indexes" : "other";
}

/** Headers and bodies end in the block's hash; lookups do not. */
function isBlockPart(key: Uint8Array, letter: number | undefined): boolean {
  return (letter === 0x68 || letter === 0x62) && key.length > 34 && key.at(-1) !== 0x74;
}

async function compactedBytes(): Promise<number> {
  await withLevel((level) => level.compactRange(Uint8Array.of(0), Uint8Array.of(0xff)));
  const place = databaseLocation(dataDir);
  const files = await Promise.all((await readdir(place)).map((name) => stat(join(place, name))));
  return files.reduce((total, { size }) => total + size, 0);
}

function difference(after: Sizes, before: Sizes): Sizes {
  return Object.fromEntries(KINDS.map((kind) => [kind, after[kind] - before[kind]])) as Sizes;
}

function sum(size: Sizes): number {
  return KINDS.reduce((total, kind) => total + size[kind], 0);
}
