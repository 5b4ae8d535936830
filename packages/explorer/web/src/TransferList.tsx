import type { TransferPayload, TransferState, TransferStep } from "../../src/feed/feedProtocol.js";
import { AddressLink, Ago, Empty, TransactionLink } from "./Atoms.js";
import { formatUnits, shortHex } from "./format.js";

/** Stages in order, per direction; a state is how far a transfer came. */
const STAGES: Readonly<Record<TransferPayload["direction"], readonly TransferState[]>> = {
  deposit: ["seen", "final", "attested", "delivered"],
  withdrawal: ["certified", "checkpointSent", "claimable", "claimed"],
};

export function TransferList({ transfers }: { readonly transfers: readonly TransferPayload[] }) {
  if (transfers.length === 0) return <Empty>Nothing has crossed the bridge yet</Empty>;
  return (
    <ul class="rows" data-testid="transfers">
      {transfers.map((transfer) => (
        <TransferRow key={`${transfer.direction}${transfer.nonce}`} transfer={transfer} />
      ))}
    </ul>
  );
}

function TransferRow({ transfer }: { readonly transfer: TransferPayload }) {
  const deposit = transfer.direction === "deposit";
  return (
    <li class="row transfer" data-state={transfer.state}>
      <span class="cell lead">
        <span class="amount" title={tokenTitle(transfer)}>
          {formatAmount(transfer)}
        </span>
        <small class="muted">
          {deposit ? "L1 → sidechain" : "sidechain → L1"} · <Ago at={transfer.source.timestamp} />
          {BigInt(transfer.token.originToken) !== 0n && (
            <>
              {" "}
              · <span class="mono">{shortHex(transfer.token.originToken)}</span>
            </>
          )}
        </small>
      </span>
      <span class="cell">
        <Progress transfer={transfer} />
      </span>
      <span class="cell hashes">
        <StepHash name={deposit ? "L1" : "sidechain"} step={transfer.source} linked={!deposit} />
        <StepHash name={deposit ? "sidechain" : "L1"} step={transfer.delivery} linked={deposit} />
      </span>
      <span class="cell end">
        <AddressLink address={transfer.to} />
        <small class="muted">recipient</small>
      </span>
    </li>
  );
}

function formatAmount({ amount, token }: TransferPayload): string {
  const symbol = token.symbol ?? shortHex(token.originToken);
  return token.decimals === null
    ? `${amount} ${symbol}`
    : `${formatUnits(BigInt(amount), token.decimals)} ${symbol}`;
}

/** Anyone may call a token what they like; its address on L1 tells which it is. */
function tokenTitle({ token }: TransferPayload): string {
  return BigInt(token.originToken) === 0n
    ? "ETH"
    : `token ${token.originToken} on chain ${token.originChainId}`;
}

function Progress({ transfer }: { readonly transfer: TransferPayload }) {
  const stages = STAGES[transfer.direction];
  const reached = transfer.state === "failed" ? stages.length : stages.indexOf(transfer.state) + 1;
  const kind =
    transfer.state === "failed" || transfer.state === "reorged"
      ? "bad"
      : reached === stages.length
        ? "done"
        : "open";
  return (
    <span class={`progress ${kind}`}>
      <span class="chip">{transfer.state === "checkpointSent" ? "sent to L1" : transfer.state}</span>
      <span class="stages" aria-hidden="true">
        {stages.map((stage, i) => (
          <span key={stage} class={i < reached ? "stage reached" : "stage"} title={stage} />
        ))}
      </span>
    </span>
  );
}

interface StepHashProps {
  readonly name: string;
  readonly step: TransferStep | null;
  /** Whether the transaction is on this chain, so that we have a page for it. */
  readonly linked: boolean;
}

function StepHash({ name, step, linked }: StepHashProps) {
  return (
    <small>
      <span class="muted">{name} tx</span>{" "}
      {step === null ? (
        <span class="muted">pending</span>
      ) : linked ? (
        <TransactionLink hash={step.txHash} />
      ) : (
        <span class="mono" title={step.txHash}>
          {shortHex(step.txHash)}
        </span>
      )}
    </small>
  );
}
