import type { ComponentChildren } from "preact";
import { Empty } from "./Atoms.js";
import type { Fetched } from "./useFetched.js";

interface FetchedViewProps<T> {
  readonly fetched: Fetched<T>;
  readonly children: (value: T) => ComponentChildren;
}

export function FetchedView<T>({ fetched, children }: FetchedViewProps<T>) {
  switch (fetched.state) {
    case "loading":
      return <Empty>Loading…</Empty>;
    case "failed":
      return (
        <p class="trouble" role="alert">
          {fetched.message}
        </p>
      );
    case "ready":
      return <>{children(fetched.value)}</>;
  }
}
