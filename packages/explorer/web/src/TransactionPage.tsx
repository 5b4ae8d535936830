import type { TransactionPayload } from "../../src/feed/feedProtocol.js";
import { AddressLink, Ago, Card, Details, Empty } from "./Atoms.js";
import { FetchedView } from "./FetchedView.js";
import { formatEther, formatGwei, formatInteger, formatTime } from "./format.js";
import { Link } from "./router.js";
import { callName } from "./TransactionList.js";
import { useFetched } from "./useFetched.js";

interface WholeTransaction {
  readonly summary: TransactionPayload;
  readonly transaction: { readonly input: string; readonly gas?: string };
  readonly receipt: { readonly logs: readonly Log[] };
}

interface Log {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly logIndex: string;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  "0x0": "legacy",
  "0x1": "access list (EIP-2930)",
  "0x2": "dynamic fee (EIP-1559)",
  "0x4": "set code (EIP-7702)",
};

export function TransactionPage({ hash }: { readonly hash: string }) {
  const fetched = useFetched<WholeTransaction>(`/api/v1/transactions/${hash}`);
  return <FetchedView fetched={fetched}>{(whole) => <TransactionDetails whole={whole} />}</FetchedView>;
}

function TransactionDetails({ whole }: { readonly whole: WholeTransaction }) {
  const { summary: tx, transaction, receipt } = whole;
  const ok = BigInt(tx.status) === 1n;
  return (
    <>
      <h1>Transaction</h1>
      <Card title="Summary">
        <Details
          rows={[
            ["Hash", <span class="mono wrap">{tx.hash}</span>],
            ["Status", <span class={ok ? "chip good" : "chip bad"}>{ok ? "success" : "reverted"}</span>],
            [
              "Block",
              <>
                <Link to={`/block/${Number(tx.blockNumber)}`}>{formatInteger(Number(tx.blockNumber))}</Link>,
                position {Number(tx.transactionIndex)}
              </>,
            ],
            [
              "Time",
              <>
                {formatTime(Number(tx.blockTimestamp))} (<Ago at={Number(tx.blockTimestamp)} />)
              </>,
            ],
            ["From", <AddressLink address={tx.from} full />],
            ["To", tx.to === null ? "contract creation" : <AddressLink address={tx.to} full />],
            ...(tx.contractAddress === null
              ? []
              : [["Created", <AddressLink address={tx.contractAddress} full />] as const]),
            ["Call", callName(tx)],
            ["Value", formatEther(tx.value)],
            [
              "Gas used",
              `${formatInteger(BigInt(tx.gasUsed))}${transaction.gas === undefined ? "" : ` of ${formatInteger(BigInt(transaction.gas))}`}`,
            ],
            ["Gas price", formatGwei(tx.effectiveGasPrice)],
            ["Type", TYPE_NAMES[tx.type] ?? tx.type],
            ["Nonce", formatInteger(Number(tx.nonce))],
          ]}
        />
      </Card>
      <Card title="Input" note={`${formatInteger(tx.inputBytes)} bytes`}>
        {tx.inputBytes === 0 ? <Empty>No input</Empty> : <pre class="data">{transaction.input}</pre>}
      </Card>
      <Card title="Logs" note={formatInteger(receipt.logs.length)}>
        {receipt.logs.length === 0 ? (
          <Empty>No logs</Empty>
        ) : (
          receipt.logs.map((log) => (
            <div key={log.logIndex} class="log">
              <AddressLink address={log.address} full />
              <pre class="data">{[...log.topics, log.data].join("\n")}</pre>
            </div>
          ))
        )}
      </Card>
    </>
  );
}
