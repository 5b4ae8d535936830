import { Card } from "./Atoms.js";
import { BlockList } from "./BlockList.js";
import { useChain } from "./chainStore.js";
import { StatusTiles } from "./StatusTiles.js";
import { TransactionList } from "./TransactionList.js";
import { TransferList } from "./TransferList.js";
import { ValidatorList } from "./ValidatorList.js";

/** Rows per list on the front page. */
const ROWS = 10;

export function Dashboard() {
  const { blocks, transactions, transfers, validators, stats } = useChain();
  const { quorum = 0, window = 0, validators: members = [] } = validators ?? {};
  return (
    <>
      <h1 class="visually-hidden">Chain overview</h1>
      <StatusTiles />
      <div class="grid">
        <Card title="Latest blocks">
          <BlockList blocks={blocks.slice(0, ROWS)} />
        </Card>
        <Card title="Latest transactions">
          <TransactionList transactions={transactions.slice(0, ROWS)} />
        </Card>
        {stats?.l1 !== null && (
          <Card title="Bridge transfers" wide>
            <TransferList transfers={transfers.slice(0, ROWS)} />
          </Card>
        )}
        <Card
          title="Validators"
          wide
          note={members.length > 0 && `quorum ${quorum} of ${members.length} · last ${window} blocks`}
        >
          <ValidatorList validators={validators} />
        </Card>
      </div>
    </>
  );
}
