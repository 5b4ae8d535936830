import type { TransactionPayload } from "../../src/feed/feedProtocol.js";
import { AddressLink, Ago, Empty, TransactionLink } from "./Atoms.js";
import { formatEther } from "./format.js";

export function TransactionList({ transactions }: { readonly transactions: readonly TransactionPayload[] }) {
  if (transactions.length === 0) return <Empty>No transactions yet</Empty>;
  return (
    <ul class="rows" data-testid="transactions">
      {transactions.map((tx) => (
        <TransactionRow key={tx.hash} tx={tx} />
      ))}
    </ul>
  );
}

/** What a transaction does, in a word. */
export function callName(tx: TransactionPayload): string {
  if (tx.to === null) return "creation";
  return tx.method ?? tx.selector ?? "ETH transfer";
}

function TransactionRow({ tx }: { readonly tx: TransactionPayload }) {
  const target = tx.to ?? tx.contractAddress;
  return (
    <li class="row">
      <span class="cell lead">
        <TransactionLink hash={tx.hash} />
        <small class="muted">
          <Ago at={Number(tx.blockTimestamp)} />
        </small>
      </span>
      <span class="cell">
        <AddressLink address={tx.from} />
        <span class="flow">
          <span class="muted">{tx.to === null ? "creates" : "to"}</span>{" "}
          {target !== null && <AddressLink address={target} />}
        </span>
      </span>
      <span class="cell end">
        <span>{formatEther(tx.value)}</span>
        <small class={BigInt(tx.status) === 1n ? "muted" : "bad"}>
          {BigInt(tx.status) === 1n ? callName(tx) : `${callName(tx)} failed`}
        </small>
      </span>
    </li>
  );
}
