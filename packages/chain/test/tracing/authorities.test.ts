import assert from "node:assert/strict";
import { isChainError } from "../../src/chainError.js";
import { decodeFullBlock } from "../../src/codec/block.js";
import { decodeTransaction } from "../../src/codec/transaction.js";
import type { Tracer, TraceStart } from "../../src/tracing/tracer.js";
import type { FullBlock } from "../../src/types/block.js";
import type { Transaction } from "../../src/types/transaction.js";
import { FUNDED } from "../support/genesisInput.js";
import { addressOf } from "../support/keys.js";
import { forkConfig, makeEthereumChain, type TestEthereumChain } from "../support/makeEthereumChain.js";
import { PRAGUE_CONTRACTS } from "../support/pragueContracts.js";
import { signed } from "../support/transactions.js";

describe("who signed a traced transaction's authorizations", () => {
  let chain: TestEthereumChain;
  let block: FullBlock;
  let transaction: Transaction;
  const [sender, ...signers] = FUNDED as [(typeof FUNDED)[number], ...typeof FUNDED];
  before(async () => {
    chain = await makeEthereumChain(forkConfig("prague"), PRAGUE_CONTRACTS);
    const authorizationList = await Promise.all(
      signers.map((signer) => signer.authorize({ address: sender.address, chainId: 73_311, nonce: 0 })),
    );
    const request = { type: 4, nonce: 0, to: sender.address, authorizationList };
    transaction = decodeTransaction(await signed(sender, { ...request, gasLimit: 200_000n }));
    block = decodeFullBlock(await chain.block({ transactions: [transaction.raw] }));
  });
  after(() => chain.close());

  async function authorities(traced: Transaction, signal?: AbortSignal): Promise<readonly string[]> {
    let started: TraceStart | undefined;
    const tracer: Tracer = {
      begin: (start) => {
        started = start;
      },
      result: () => null,
    };
    const changed = { ...block, transactions: [traced] };
    const limits = { gasMax: 0n, signal };
    await chain.reader.traces
      .block(changed, () => tracer, limits)
      .catch((error: unknown) => {
        if (!isChainError(error) || error.code !== "H1.transactions") throw error;
      });
    return started?.authorities ?? [];
  }

  it("are told to its tracer", async () => {
    assert.deepEqual(await authorities(transaction), signers.map(addressOf));
  });

  it("are not recovered where its gas cannot pay for them", async () => {
    assert.deepEqual(await authorities({ ...transaction, gas: 50_000n }), signers.slice(0, 2).map(addressOf));
  });

  it("are not recovered for nobody", async () => {
    await assert.rejects(authorities(transaction, AbortSignal.abort()), { code: "Aborted" });
  });
});
