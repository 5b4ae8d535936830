import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { ComponentChildren } from "preact";
import { formatAgo, formatTime, shortHex } from "./format.js";
import { Link } from "./router.js";
import { useNow } from "./useNow.js";

/** Time since, with the exact time on hover and for assistive technology. */
export function Ago({ at }: { readonly at: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at * 1_000).toISOString()} title={formatTime(at)}>
      {formatAgo(now - at)}
    </time>
  );
}

/** A two-coloured dot that belongs to the address, so that one proposer is recognised at a glance. */
function AddressDot({ address }: { readonly address: string }) {
  const hue = (at: number) =>
    String(Math.round((Number.parseInt(address.slice(at, at + 4), 16) / 0xffff) * 360));
  return <span class="dot" aria-hidden="true" style={{ "--hue": hue(2), "--hue-two": hue(38) }} />;
}

/** Contracts that every chain has, by their names. */
const SYSTEM_NAMES: ReadonlyMap<string, string> = new Map([
  [PREDEPLOYS.validatorSet, "ValidatorSet"],
  [PREDEPLOYS.outbox, "Outbox"],
  [PREDEPLOYS.orderedInbox, "OrderedInbox"],
  [PREDEPLOYS.ethereumView, "EthereumView"],
  [PREDEPLOYS.mint, "Mint"],
  [PREDEPLOYS.exitRegistry, "ExitRegistry"],
]);

interface AddressLinkProps {
  readonly address: string;
  readonly full?: boolean;
}

export function AddressLink({ address, full = false }: AddressLinkProps) {
  return (
    <Link to={`/address/${address}`} class="mono address" title={address}>
      <AddressDot address={address} />
      {full ? <span class="wrap">{address}</span> : (SYSTEM_NAMES.get(address) ?? shortHex(address))}
    </Link>
  );
}

interface HashLinkProps {
  readonly hash: string;
  readonly full?: boolean;
}

export function TransactionLink({ hash, full = false }: HashLinkProps) {
  return (
    <Link to={`/tx/${hash}`} class={`mono ${full ? "wrap" : ""}`} title={hash}>
      {full ? hash : shortHex(hash)}
    </Link>
  );
}

interface CardProps {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** A titled region of the page. */
export function Card({ title, note, wide = false, children }: CardProps) {
  return (
    <section class={wide ? "card wide" : "card"} aria-label={title}>
      <header class="card-head">
        <h2>{title}</h2>
        {note !== undefined && <span class="muted">{note}</span>}
      </header>
      {children}
    </section>
  );
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty muted">{children}</p>;
}

/** Rows of name and value. */
export function Details({ rows }: { readonly rows: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="details">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
