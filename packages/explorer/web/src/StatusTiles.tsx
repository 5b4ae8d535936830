import type { ComponentChildren } from "preact";
import type { FollowerStatus, StatsPayload } from "../../src/feed/feedProtocol.js";
import { Ago } from "./Atoms.js";
import { useChain } from "./chainStore.js";
import { formatInteger, shortHex } from "./format.js";
import { Link } from "./router.js";

/** The state of the chain in one row. */
export function StatusTiles() {
  const { stats, transfers } = useChain();
  if (stats === null) return <div class="tiles" aria-busy="true" />;
  const { head } = stats;
  return (
    <>
      <Troubles stats={stats} />
      <dl class="tiles">
        <Tile name="Finalized height">
          {head === null ? (
            "–"
          ) : (
            <>
              <strong data-testid="height">{formatInteger(head.number)}</strong>
              <small>
                <Link to={`/block/${head.number}`} class="mono" title={head.hash}>
                  {shortHex(head.hash)}
                </Link>{" "}
                · <Ago at={head.timestamp} />
              </small>
            </>
          )}
        </Tile>
        <Tile name="Certificate">
          <Certificate head={head} />
        </Tile>
        <Tile name="Block time">
          <strong>{stats.blockTimeSeconds === null ? "–" : `${stats.blockTimeSeconds} s`}</strong>
          <small>mean of the last 100</small>
        </Tile>
        <Tile name="Transactions">
          <strong>{formatInteger(stats.transactions)}</strong>
          <small>since genesis</small>
        </Tile>
        <Tile name="Bridge">
          {stats.l1 === null ? (
            <>
              <strong>none</strong>
              <small>this chain has no bridge</small>
            </>
          ) : (
            <>
              <strong>{formatInteger(transfers.filter((t) => !isSettled(t.state)).length)} under way</strong>
              <small>
                L1 chain {stats.l1.chainId}
                {stats.l1.height === null ? "" : ` at ${formatInteger(stats.l1.height)}`}
              </small>
            </>
          )}
        </Tile>
      </dl>
    </>
  );
}

function isSettled(state: string): boolean {
  return state === "delivered" || state === "claimed" || state === "reorged";
}

function Tile({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Certificate({ head }: { readonly head: StatsPayload["head"] }) {
  if (head === null || head.seals === null || head.validators === null)
    return (
      <>
        <strong>–</strong>
        <small>no certificate</small>
      </>
    );
  return (
    <>
      <strong>
        {head.seals}
        <span class="of"> of {head.validators} seals</span>
      </strong>
      <small>
        quorum {head.quorum} · round {head.round}
      </small>
    </>
  );
}

function Troubles({ stats }: { readonly stats: StatsPayload }) {
  return (
    <>
      <Trouble who="The indexer" status={stats.indexer} />
      {stats.l1 !== null && <Trouble who="The view of L1" status={stats.l1} />}
    </>
  );
}

function Trouble({ who, status }: { readonly who: string; readonly status: FollowerStatus }) {
  if (status.state !== "halted" && status.state !== "unreachable") return null;
  return (
    <p class={`trouble ${status.state}`} role="alert">
      <strong>
        {who} is {status.state}.
      </strong>{" "}
      {status.message}
    </p>
  );
}
