import assert from "node:assert/strict";
import type { Address } from "@causeway/protocol/hex";
import type { Wallet } from "ethers";
import { FUNDED } from "../support/genesisInput.js";
import { addressOf, wallet } from "../support/keys.js";
import { makeChain } from "../support/makeChain.js";
import { signed } from "../support/transactions.js";

const BLOCKS = 5;
const [alice] = FUNDED as [Wallet];

describe("native supply (H7)", () => {
  it("falls by the burned base fees and by nothing else", async () => {
    const chain = await makeChain();
    try {
      const holders = [
        ...Object.keys(chain.genesis.alloc).map((key) => key as Address),
        ...[10, 11, 12, 13, 50].map((i) => addressOf(wallet(i))),
      ];
      const supply = async (height: number) => {
        const accounts = await Promise.all(
          [...new Set(holders)].map((holder) => chain.reader.account(holder, height)),
        );
        return accounts.reduce((sum, account) => sum + account.balance, 0n);
      };
      const atGenesis = await supply(0);
      let burned = 0n;
      for (let height = 1; height <= BLOCKS; height++) {
        await chain.pool.add(
          await signed(alice, { nonce: height - 1, to: wallet(50).address, value: BigInt(height) }),
        );
        await chain.mine();
        const header = await chain.reader.header(height);
        assert(header !== null && header.gasUsed > 0n && header.baseFeePerGas !== null);
        burned += header.baseFeePerGas * header.gasUsed;
        assert.equal(await supply(height), atGenesis - burned);
      }
    } finally {
      await chain.dispose();
    }
  });
});
