import { AddressPage } from "./AddressPage.js";
import { Empty } from "./Atoms.js";
import { BlockPage } from "./BlockPage.js";
import { useChain } from "./chainStore.js";
import { Dashboard } from "./Dashboard.js";
import { Header } from "./Header.js";
import { usePath } from "./router.js";
import { TransactionPage } from "./TransactionPage.js";

export function App() {
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Header />
      <main id="main">
        <Page />
      </main>
      <Footer />
    </>
  );
}

function Footer() {
  const certified = useChain().stats?.head?.seals != null;
  return (
    <footer class="foot muted">
      {certified
        ? "Every block here is final: a quorum of validators sealed it, and this explorer checked the seals. "
        : "This page shows finalized blocks only. "}
      <a href="/api/v1/stats">API</a>
    </footer>
  );
}

function Page() {
  const [kind, id] = usePath().split("/").slice(1);
  if (kind === "block" && id !== undefined) return <BlockPage id={id} />;
  if (kind === "tx" && id !== undefined) return <TransactionPage hash={id} />;
  if (kind === "address" && id !== undefined) return <AddressPage address={id} />;
  if (kind === "") return <Dashboard />;
  return <Empty>There is no such page</Empty>;
}
