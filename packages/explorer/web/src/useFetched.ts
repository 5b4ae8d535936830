import { useEffect, useState } from "preact/hooks";

export type Fetched<T> =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly message: string }
  | { readonly state: "ready"; readonly value: T };

/** Load one REST resource of this explorer. */
export function useFetched<T>(path: string): Fetched<T> {
  const [fetched, setFetched] = useState<Fetched<T>>({ state: "loading" });
  useEffect(() => {
    const abort = new AbortController();
    setFetched({ state: "loading" });
    fetchJson<T>(path, abort.signal).then(
      (value) => setFetched({ state: "ready", value }),
      (error: Error) => {
        if (!abort.signal.aborted) setFetched({ state: "failed", message: error.message });
      },
    );
    return () => abort.abort();
  }, [path]);
  return fetched;
}

/** @throws Error with the server's words. */
export async function fetchJson<T>(path: string, signal: AbortSignal | null = null): Promise<T> {
  const response = await fetch(path, { signal });
  const body = (await response.json()) as T & { error?: { message?: string } };
  if (!response.ok) throw new Error(body.error?.message ?? `the explorer answered ${response.status}`);
  return body;
}
