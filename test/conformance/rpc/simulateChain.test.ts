import assert from "node:assert/strict";
import type { ServedChain } from "@causeway/cli/chain/serveChain";
import { serveSuiteChain } from "./serveSuiteChain.js";
import { suiteFolder } from "./suite.js";

const suite = suiteFolder();
/** What all calls of a request may use together, by default. */
const CALL_GAS_MAX = 50_000_000n;
/** What must be the block's own; the receipts' root is not, since a gas price makes a call a legacy transaction. */
const FIELDS = [
  ...[
    "number",
    "timestamp",
    "difficulty",
    "miner",
    "mixHash",
    "gasLimit",
    "gasUsed",
    "stateRoot",
    "logsBloom",
  ],
  ...["baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "requestsHash"],
] as const;

type Fields = Readonly<Record<string, string | undefined>>;
interface Block {
  readonly [field: string]: unknown;
  readonly gasUsed: string;
  readonly uncles: readonly string[];
  readonly transactions: readonly Fields[];
}

describe("eth_simulateV1 of the rpc-compat chain's own blocks", () => {
  let served: ServedChain | null = null;
  before(async function () {
    if (suite === null) this.skip();
    this.timeout(900_000);
    served = await serveSuiteChain(suite);
  });
  after(() => served?.close());

  async function rpc<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    assert.ok(served);
    const answer = await fetch(served.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = (await answer.json()) as { result?: T; error?: { message: string } };
    assert.equal(error, undefined, `${method} ${JSON.stringify(params).slice(0, 80)}: ${error?.message}`);
    return result as T;
  }

  it("leaves the state each of them left, from Frontier to the blob parameter forks", async function () {
    this.timeout(900_000);
    const head = Number(await rpc<string>("eth_blockNumber"));
    let compared = 0;
    for (let number = 1; number <= head; number++) {
      const block = await rpc<Block>("eth_getBlockByNumber", `0x${number.toString(16)}`, true);
      // An ommer's reward is no call's.
      if (block.uncles.length > 0 || BigInt(block.gasUsed) > CALL_GAS_MAX) continue;
      const [simulated] = await rpc<Fields[]>(
        "eth_simulateV1",
        {
          blockStateCalls: [{ blockOverrides: overridesOf(block), calls: block.transactions.map(callOf) }],
          validation: true,
        },
        `0x${(number - 1).toString(16)}`,
      );
      for (const field of FIELDS) {
        // Nothing can ask for a difficulty, and on a parent by work it stays the parent's.
        if (field === "difficulty" && block.difficulty !== "0x0") continue;
        assert.equal(simulated?.[field], block[field], `block ${number}: ${field}`);
      }
      compared++;
    }
    assert.ok(compared >= 35, `${compared} blocks were compared`);
  });
});

function overridesOf(block: Block) {
  return {
    time: block.timestamp,
    feeRecipient: block.miner,
    prevRandao: block.mixHash,
    gasLimit: block.gasLimit,
    ...present("baseFeePerGas", block.baseFeePerGas),
    ...present("beaconRoot", block.parentBeaconBlockRoot),
    ...present("withdrawals", block.withdrawals),
  };
}

function callOf(transaction: Fields) {
  const { from, to, gas, value, nonce, input, type } = transaction;
  const fees =
    type === "0x0" || type === "0x1"
      ? { gasPrice: transaction.gasPrice }
      : {
          maxFeePerGas: transaction.maxFeePerGas,
          maxPriorityFeePerGas: transaction.maxPriorityFeePerGas,
        };
  return {
    ...{ from, to, gas, value, nonce, input },
    ...fees,
    ...present("accessList", transaction.accessList),
    ...present("maxFeePerBlobGas", transaction.maxFeePerBlobGas),
    ...present("blobVersionedHashes", transaction.blobVersionedHashes),
    ...present("authorizationList", transaction.authorizationList),
  };
}

function present(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value };
}
