import { Account, createAddressFromString } from "@ethereumjs/util";
import { blockRewards, type Reward } from "../../rules/ethereum/blockRewards.js";
import { type Fork, hasFork } from "../../rules/fork.js";
import type { BlockContext, Payouts } from "../engine.js";
import type { Execution } from "./engineContext.js";

const WEI_PER_GWEI = 10n ** 9n;

/** Credit withdrawals (EIP-4895), or before the merge what a block's work earns; an account paid nothing is touched all the same. */
export async function payOut(
  { evm, state }: Execution,
  context: BlockContext,
  { withdrawals, ommers }: Payouts,
  fork: Fork,
): Promise<void> {
  const rewards: Reward[] = hasFork(fork, "paris")
    ? withdrawals.map(({ address, amount }) => ({ recipient: address, amount: amount * WEI_PER_GWEI }))
    : blockRewards(context, ommers, fork);
  for (const { recipient, amount } of rewards) {
    const address = createAddressFromString(recipient);
    const account = (await state.getAccount(address)) ?? new Account();
    account.balance += amount;
    await evm.journal.putAccount(address, account);
  }
  await evm.journal.cleanup();
}
