/** One request of a fixture and the answer it asks for, both as the file writes them. */
export interface Exchange {
  readonly request: string;
  readonly response: string;
}

/** A `.io` file of the rpc-compat suite. */
export interface RpcFixture {
  /** Path below the suite's folder, e.g. eth_call/call-contract.io. */
  readonly name: string;
  /** Answers are held against openrpc.json only. */
  readonly specOnly: boolean;
  readonly exchanges: readonly Exchange[];
}

/**
 * Read a `.io` file: `//` comment, `>>` request, `<<` response; a comment that begins with speconly marks the file.
 * @throws Error naming file and line for anything else.
 */
export function parseFixture(name: string, text: string): RpcFixture {
  const exchanges: Exchange[] = [];
  let request: string | null = null;
  let specOnly = false;
  for (const [index, line] of text.split("\n").entries()) {
    const content = line.slice(2).trim();
    if (line.trim() === "") continue;
    if (line.startsWith("//")) specOnly ||= content.startsWith("speconly");
    else if (line.startsWith(">>") && request === null) request = content;
    else if (line.startsWith("<<") && request !== null) {
      exchanges.push({ request, response: content });
      request = null;
    } else throw new Error(`${name} line ${index + 1}: want // comment, >> request or << response`);
  }
  if (request !== null || exchanges.length === 0) throw new Error(`${name} ends without an answer`);
  return { name, specOnly, exchanges };
}
