import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { anvilBinary } from "@causeway/devnet/anvil";
import { ManagedProcess } from "@causeway/devnet/managedProcess";
import { freePortBases } from "@causeway/devnet/ports";
import { waitFor } from "@causeway/devnet/waitFor";
import { createMPT } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import { getBytes, hexlify, keccak256, toBeArray, toBeHex } from "ethers";
import { rpc, rpcBatch } from "../../support/rpc.js";
import { type RunBlock, readRun } from "../support/readRun.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

const START_TIMEOUT_MS = 180_000;
/** What anvil cannot be told: it chooses its own parent, randomness and extra data, so hash and state root differ too. */
const OWN_FIELDS = new Set([
  "hash",
  "parentHash",
  "parentBeaconBlockRoot",
  "mixHash",
  "extraData",
  "stateRoot",
  "size",
]);
/** These hold block hashes (EIP-4788, EIP-2935); their storage roots are the node's. */
const OF_HASHES = new Set([
  "0x000f3df6d732807ef1319fb7b8bb8522d0beac02",
  "0x0000f90827f1c53a10cb7a02335b175320002935",
]);

describe("The whole run, executed again by anvil from the same genesis", function () {
  this.timeout(900_000);
  let chain: ToolChain;
  let dir: string;
  let process: ManagedProcess;
  let url: string;

  before(async () => {
    chain = await toolChain();
    dir = await mkdtemp(join(tmpdir(), "causeway-anvil-"));
    const { l1: port } = await freePortBases(1, 0);
    url = `http://127.0.0.1:${port}`;
    process = new ManagedProcess({
      name: "anvil",
      command: anvilBinary(),
      args: [
        ...[
          "--init",
          chain.cluster.path("genesis.json"),
          "--chain-id",
          String(chain.chainId),
          "--hardfork",
          "osaka",
        ],
        ...["--no-mining", "--order", "fifo", "--port", String(port), "--cache-path", join(dir, "cache")],
      ],
      logFile: join(dir, "anvil.log"),
    });
    process.start();
    await waitFor("anvil to answer", () => rpc<string>(url, "eth_chainId"), { timeoutMs: START_TIMEOUT_MS });
  });

  after(async () => {
    await process?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it("has equal gas, receipts and logs in every block, and the same state root at the end", async () => {
    const blocks = await readRun(chain);
    for (const block of blocks) await mirror(block);
    const head = blocks.at(-1)?.header;
    const accounts = new Map<string, Uint8Array>();
    for (const [address, account] of Object.entries(await dumpState(url))) {
      const fields = [
        quantity(account.nonce),
        quantity(account.balance),
        await storageRoot(account),
        keccak256(account.code),
      ];
      if (!isEmpty(account)) accounts.set(address, RLP.encode(fields));
    }
    for (const address of OF_HASHES) {
      const proof = await rpc<AccountProof>(chain.url, "eth_getProof", address, [], head?.number);
      const fields = [quantity(proof.nonce), quantity(proof.balance), proof.storageHash, proof.codeHash];
      accounts.set(address, RLP.encode(fields));
    }
    assert.ok(accounts.size > 20);
    assert.equal(await rootOf(accounts), head?.stateRoot);
  });

  async function mirror({ header, transactions }: RunBlock): Promise<void> {
    await rpcBatch(url, [
      ["evm_setNextBlockTimestamp", header.timestamp],
      ["anvil_setNextBlockBaseFeePerGas", header.baseFeePerGas],
      ["anvil_setCoinbase", header.miner],
    ]);
    for (const { hash } of transactions) {
      const raw = await rpc<string>(chain.url, "debug_getRawTransaction", hash);
      await rpc(url, "eth_sendRawTransaction", raw);
    }
    await rpc(url, "evm_mine");
    const theirs = await rpc<Record<string, unknown>>(url, "eth_getBlockByNumber", header.number, false);
    const ours: Record<string, unknown> = { ...header, transactions: transactions.map(({ hash }) => hash) };
    for (const field of Object.keys(ours)) {
      if (!OWN_FIELDS.has(field))
        assert.deepEqual(theirs[field], ours[field], `block ${Number(header.number)}: ${field}`);
    }
  }
});

interface DumpedAccount {
  readonly nonce: number;
  readonly balance: string;
  readonly code: string;
  readonly storage: Readonly<Record<string, string>>;
}

interface AccountProof {
  readonly nonce: string;
  readonly balance: string;
  readonly storageHash: string;
  readonly codeHash: string;
}

async function dumpState(url: string): Promise<Record<string, DumpedAccount>> {
  const packed = await rpc<string>(url, "anvil_dumpState");
  const state = JSON.parse(gunzipSync(getBytes(packed)).toString("utf8")) as {
    accounts: Record<string, DumpedAccount>;
  };
  return state.accounts;
}

/** anvil's tries keep slots that were set to zero, so its own roots are no use. */
function storageRoot({ storage }: DumpedAccount): Promise<string> {
  const slots = Object.entries(storage).filter(([, value]) => BigInt(value) !== 0n);
  return rootOf(new Map(slots.map(([slot, value]) => [toBeHex(slot, 32), RLP.encode(quantity(value))])));
}

/** EIP-161. */
function isEmpty({ nonce, balance, code }: DumpedAccount): boolean {
  return nonce === 0 && BigInt(balance) === 0n && code === "0x";
}

/** Root of the trie of keccak256(key) → value. */
async function rootOf(entries: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const trie = await createMPT();
  for (const [key, value] of entries) await trie.put(getBytes(keccak256(key)), value);
  return hexlify(trie.root());
}

function quantity(value: string | number): Uint8Array {
  return toBeArray(value);
}
