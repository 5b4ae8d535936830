import type { BlockPayload, TransactionPayload } from "../../src/feed/feedProtocol.js";
import { AddressLink, Ago, Card, Details } from "./Atoms.js";
import { sealCount } from "./BlockList.js";
import { FetchedView } from "./FetchedView.js";
import { formatGwei, formatInteger, formatPercent, formatTime } from "./format.js";
import { Link } from "./router.js";
import { TransactionList } from "./TransactionList.js";
import { useFetched } from "./useFetched.js";

export function BlockPage({ id }: { readonly id: string }) {
  const fetched = useFetched<BlockPayload>(`/api/v1/blocks/${id}`);
  return <FetchedView fetched={fetched}>{(block) => <BlockDetails block={block} />}</FetchedView>;
}

function BlockDetails({ block }: { readonly block: BlockPayload }) {
  const number = Number(block.number);
  return (
    <>
      <h1>Block {formatInteger(number)}</h1>
      <nav class="steps" aria-label="Neighbouring blocks">
        {number > 0 && <Link to={`/block/${number - 1}`}>← previous</Link>}
        <Link to={`/block/${number + 1}`}>next →</Link>
      </nav>
      <Card title="Header">
        <Details
          rows={[
            ["Hash", <span class="mono wrap">{block.hash}</span>],
            [
              "Parent",
              number === 0 ? (
                "none"
              ) : (
                <Link to={`/block/${block.parentHash}`} class="mono wrap">
                  {block.parentHash}
                </Link>
              ),
            ],
            [
              "Time",
              <>
                {formatTime(Number(block.timestamp))} (<Ago at={Number(block.timestamp)} />)
              </>,
            ],
            ["Proposer", <AddressLink address={block.miner} full />],
            [
              "Gas used",
              `${formatInteger(BigInt(block.gasUsed))} of ${formatInteger(BigInt(block.gasLimit))} (${formatPercent(Number(block.gasUsed), Number(block.gasLimit))})`,
            ],
            ["Base fee", block.baseFeePerGas === undefined ? "none" : formatGwei(block.baseFeePerGas)],
            ["State root", <span class="mono wrap">{block.stateRoot}</span>],
            ["Size", `${formatInteger(Number(block.size))} bytes`],
          ]}
        />
      </Card>
      <Certificate block={block} />
      <BlockTransactions block={block} />
    </>
  );
}

function Certificate({ block }: { readonly block: BlockPayload }) {
  const { certificate } = block;
  if (certificate === null) return null;
  const signers = BigInt(certificate.signers);
  return (
    <Card
      title="Certificate"
      note={`${sealCount(block)} seals · round ${Number(certificate.checkpoint.round ?? 0)}`}
    >
      <ul class="seals">
        {certificate.validators.map((address, i) => (
          <li key={address} class={(signers >> BigInt(i)) & 1n ? "sealed" : "absent"}>
            <AddressLink address={address} />
            <span class="muted">{(signers >> BigInt(i)) & 1n ? "sealed" : "not in this certificate"}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const PAGE_TRANSACTIONS = 100;

function BlockTransactions({ block }: { readonly block: BlockPayload }) {
  const fetched = useFetched<{ transactions: TransactionPayload[] }>(
    `/api/v1/transactions?block=${Number(block.number)}&limit=${PAGE_TRANSACTIONS}`,
  );
  const more = block.transactionCount > PAGE_TRANSACTIONS ? `the last ${PAGE_TRANSACTIONS} of ` : "";
  return (
    <Card title="Transactions" note={`${more}${formatInteger(block.transactionCount)}`}>
      <FetchedView fetched={fetched}>
        {({ transactions }) => <TransactionList transactions={transactions} />}
      </FetchedView>
    </Card>
  );
}
