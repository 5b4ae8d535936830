import type { BlockPayload } from "../../src/feed/feedProtocol.js";
import { AddressLink, Ago, Empty } from "./Atoms.js";
import { formatInteger, formatPercent } from "./format.js";
import { Link } from "./router.js";

/** Seals of a certificate as `3/4`. */
export function sealCount({ certificate }: BlockPayload): string | null {
  return certificate === null ? null : `${certificate.seals.length}/${certificate.validators.length}`;
}

export function BlockList({ blocks }: { readonly blocks: readonly BlockPayload[] }) {
  if (blocks.length === 0) return <Empty>Waiting for the first block</Empty>;
  return (
    <ul class="rows" data-testid="blocks">
      {blocks.map((block) => (
        <BlockRow key={block.hash} block={block} />
      ))}
    </ul>
  );
}

function BlockRow({ block }: { readonly block: BlockPayload }) {
  const seals = sealCount(block);
  return (
    <li class="row" data-block={Number(block.number)}>
      <span class="cell lead">
        <Link to={`/block/${Number(block.number)}`}>{formatInteger(Number(block.number))}</Link>
        <small class="muted">
          <Ago at={Number(block.timestamp)} />
        </small>
      </span>
      <span class="cell">
        <AddressLink address={block.miner} />
        <small class="muted">proposer</small>
      </span>
      <span class="cell end">
        <span>
          {formatInteger(block.transactionCount)} {block.transactionCount === 1 ? "tx" : "txs"}
        </span>
        <small class="muted">
          {seals === null
            ? `${formatPercent(Number(block.gasUsed), Number(block.gasLimit))} gas`
            : `${seals} seals`}
        </small>
      </span>
    </li>
  );
}
