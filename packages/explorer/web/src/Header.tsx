import { useState } from "preact/hooks";
import type { FeedState } from "../../src/feed/feedClient.js";
import { useChain } from "./chainStore.js";
import { Link, navigate } from "./router.js";
import { fetchJson } from "./useFetched.js";

const CONNECTION_TEXT: Readonly<Record<FeedState, string>> = {
  connecting: "connecting",
  open: "live",
  reconnecting: "offline, reconnecting",
  closed: "offline",
};

export function Header() {
  const { connection, stats } = useChain();
  return (
    <header class="top">
      <div class="bar">
        <Link to="/" class="brand" label="Causeway explorer, home">
          <Logo />
          <span>Causeway</span>
        </Link>
        {stats !== null && <span class="chain-id">chain {stats.chainId}</span>}
        <span class={`connection ${connection}`} role="status" data-testid="connection">
          <span class="pulse" aria-hidden="true" />
          {CONNECTION_TEXT[connection]}
        </span>
        <SearchBox />
      </div>
    </header>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
      <rect width="32" height="32" rx="8" class="logo-ground" />
      <path d="M4 13h24M8 13v10M24 13v10M8 23a8 8 0 0 1 16 0" class="logo-line" />
    </svg>
  );
}

function SearchBox() {
  const [problem, setProblem] = useState<string | null>(null);
  const search = async (form: HTMLFormElement) => {
    const query = String(new FormData(form).get("q") ?? "").trim();
    if (query === "") return;
    try {
      const { kind, id } = await fetchJson<{ kind: string; id: string }>(
        `/api/v1/search?q=${encodeURIComponent(query)}`,
      );
      setProblem(null);
      form.reset();
      navigate(`/${kind}/${id}`);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <search>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          void search(event.currentTarget);
        }}
      >
        <label class="visually-hidden" for="q">
          Block number, hash or address
        </label>
        <input
          id="q"
          name="q"
          type="search"
          placeholder="Block, hash or address"
          autocomplete="off"
          spellcheck={false}
          onInput={() => setProblem(null)}
          aria-describedby="search-problem"
        />
        <button type="submit">Search</button>
        <p id="search-problem" class="problem" role="alert">
          {problem}
        </p>
      </form>
    </search>
  );
}
