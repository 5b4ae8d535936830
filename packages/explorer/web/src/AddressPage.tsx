import type { TransactionPayload, TransferPayload } from "../../src/feed/feedProtocol.js";
import { Card, Details } from "./Atoms.js";
import { FetchedView } from "./FetchedView.js";
import { formatEther, formatInteger } from "./format.js";
import { TransactionList } from "./TransactionList.js";
import { TransferList } from "./TransferList.js";
import { useFetched } from "./useFetched.js";

interface AddressSummary {
  readonly address: string;
  readonly balance: string;
  readonly nonce: string;
  readonly isContract: boolean;
  readonly transactionCount: number;
  readonly countIsAtLeast: boolean;
}

export function AddressPage({ address }: { readonly address: string }) {
  const summary = useFetched<AddressSummary>(`/api/v1/addresses/${address}`);
  const listed = useFetched<{ transactions: TransactionPayload[] }>(
    `/api/v1/transactions?address=${address}`,
  );
  const crossed = useFetched<{ transfers: TransferPayload[] }>(`/api/v1/transfers?address=${address}`);
  return (
    <>
      <h1>Address</h1>
      <FetchedView fetched={summary}>{(value) => <Summary value={value} />}</FetchedView>
      <Card title="Transactions">
        <FetchedView fetched={listed}>
          {({ transactions }) => <TransactionList transactions={transactions} />}
        </FetchedView>
      </Card>
      <Card title="Bridge transfers">
        <FetchedView fetched={crossed}>
          {({ transfers }) => <TransferList transfers={transfers} />}
        </FetchedView>
      </Card>
    </>
  );
}

function Summary({ value }: { readonly value: AddressSummary }) {
  return (
    <Card title="Account">
      <Details
        rows={[
          ["Address", <span class="mono wrap">{value.address}</span>],
          ["Kind", value.isContract ? "contract" : "account"],
          ["Balance", formatEther(value.balance)],
          ["Nonce", formatInteger(Number(value.nonce))],
          [
            "Transactions",
            `${formatInteger(value.transactionCount)}${value.countIsAtLeast ? " or more" : ""}`,
          ],
        ]}
      />
    </Card>
  );
}
