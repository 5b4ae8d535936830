import type { Random } from "./random.js";

/** A method as rpc.discover describes it. */
export interface DiscoveredMethod {
  readonly name: string;
  readonly params: readonly { readonly schema: { readonly title?: string; readonly type?: unknown } }[];
}

/** Bytes of a request body, and what kind of garbage it is. */
export interface FuzzBody {
  readonly kind: string;
  readonly bytes: Buffer;
}

const TAGS = ["latest", "earliest", "pending", "safe", "finalized"];
/** Methods that take RLP first, and what they take then. */
const RLP_METHODS: readonly (readonly [method: string, ...further: unknown[]])[] = [
  ["debug_traceBlock"],
  ["trace_rawTransaction", ["trace"]],
  ["eth_sendRawTransaction"],
];
const FIELDS = [
  ...["from", "to", "gas", "gasPrice", "value", "data", "input", "nonce", "accessList", "address", "topics"],
  ...["fromBlock", "toBlock", "blockHash", "blockNumber", "balance", "code", "state", "stateDiff", "tracer"],
  ...["blockStateCalls", "calls", "authorizationList", "transactionHashes", "__proto__", "constructor", ""],
];

/** A value of a wrong type, or of the right one and beyond its bounds. */
function wrongValue(random: Random, depth = 0): unknown {
  const simple: readonly (() => unknown)[] = [
    () => null,
    () => random.chance(50),
    () => random.below(2 ** 31) - 2 ** 30,
    () => 1e308,
    () => -0.5,
    () => Number.MAX_SAFE_INTEGER + 1,
    () => "",
    () => "0x",
    () => "latest",
    () => "\u0000\ud800",
    () => random.hex(random.below(40)),
    () => `0x${"f".repeat(random.below(200))}`,
    () => "x".repeat(random.below(2_000)),
  ];
  if (depth > 3 || random.chance(60)) return random.pick(simple)();
  const items = Array.from({ length: random.below(5) }, () => wrongValue(random, depth + 1));
  return random.chance(50) ? items : Object.fromEntries(items.map((item) => [random.pick(FIELDS), item]));
}

/** A value that the parameter might take. */
function likelyValue(
  random: Random,
  { title = "", type }: DiscoveredMethod["params"][number]["schema"],
): unknown {
  if (title.includes("address")) return random.hex(20);
  if (title.includes("32 byte")) return random.hex(32);
  if (title.includes("block number")) return random.pick([...TAGS, "0x0", "0x1"]);
  if (title.includes("integer")) return `0x${random.below(100).toString(16)}`;
  if (title.includes("bytes")) return random.hex(random.below(64));
  if (type === "boolean") return random.chance(50);
  if (type === "array") return [];
  if (type === "object") return { to: random.hex(20), data: random.hex(random.below(40)) };
  return wrongValue(random);
}

/** Call a method with one parameter wrong, or several, or too many of them. */
export function wrongParams(random: Random, { params }: DiscoveredMethod): unknown {
  if (random.chance(10)) return wrongValue(random);
  const wrongAt = random.below(params.length + 1);
  const values = params.map(({ schema }, i) =>
    i === wrongAt || random.chance(20) ? wrongValue(random) : likelyValue(random, schema),
  );
  return random.chance(10) ? [...values, wrongValue(random)] : values;
}

/** A string in lists in lists, each of which a careless decoder copies. @param bytes of the string, more than 65,535. */
function nestedRlp(depth: number, bytes: number): string {
  const headers: Buffer[] = [];
  for (let level = 0; level <= depth; level++) {
    // The innermost is the string itself; a header has three bytes of length.
    const header = Buffer.alloc(4, level === 0 ? 0xba : 0xfa);
    header.writeUIntBE(bytes + level * header.length, 1, 3);
    headers.unshift(header);
  }
  return `0x${Buffer.concat([...headers, Buffer.alloc(bytes, 0xff)]).toString("hex")}`;
}

/** Bodies that are no requests, or none that anybody would send. */
export function fuzzBody(random: Random, methods: readonly DiscoveredMethod[]): FuzzBody {
  const call = () => {
    const method = random.pick(methods);
    return {
      jsonrpc: "2.0",
      id: random.below(1_000),
      method: method.name,
      params: wrongParams(random, method),
    };
  };
  const text = () => JSON.stringify(call());
  const kinds: Readonly<Record<string, () => string | Buffer>> = {
    "wrong types": text,
    truncated: () => text().slice(0, random.below(60)),
    "bytes flipped": () => {
      const bytes = Buffer.from(text());
      for (let i = 0; i < 3; i++) bytes[random.below(bytes.length)] = random.below(256);
      return bytes;
    },
    "random bytes": () => random.bytes(random.below(2_000)),
    "invalid UTF-8": () =>
      Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'), random.bytes(30), Buffer.from('"}')]),
    "deep nesting": () => {
      const depth = random.pick([200, 300, 10_000, 1_000_000]);
      return `{"jsonrpc":"2.0","id":1,"method":"eth_call","params":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    },
    "open brackets": () => random.pick(["[", '{"a":', '[{"a":[']).repeat(random.below(500_000)),
    "huge number": () =>
      `{"jsonrpc":"2.0","id":${"9".repeat(random.below(100_000) + 1)},"method":"eth_chainId"}`,
    "huge string": () => JSON.stringify({ ...call(), params: ["a".repeat(random.below(4_000_000))] }),
    "nested RLP": () => {
      const [method, ...further] = random.pick(RLP_METHODS);
      // The pool looks into nothing longer than 128 KiB.
      const bytes = 65_536 + random.below(random.pick([40_000, 2_000_000]));
      return JSON.stringify({
        ...call(),
        method,
        params: [nestedRlp(random.pick([4, 300, 5_000]), bytes), ...further],
      });
    },
    "huge method": () => JSON.stringify({ ...call(), method: "m".repeat(random.below(4_000_000)) }),
    "too large": () => " ".repeat(5 * 1024 * 1024 + 1 + random.below(1_000)),
    "large batch": () =>
      JSON.stringify(
        Array.from({ length: random.pick([100, 1_000, 1_001, 20_000]) }, (_, id) => ({
          jsonrpc: "2.0",
          id,
          method: "eth_chainId",
        })),
      ),
    "batch of garbage": () =>
      JSON.stringify(Array.from({ length: random.below(50) }, () => wrongValue(random))),
    "batch of calls": () => JSON.stringify(Array.from({ length: random.below(20) }, call)),
    "duplicate keys": () =>
      text().replace(/^{/, '{"id":7,"method":"eth_chainId","params":{},"params":[],"__proto__":{"x":1},'),
    scalar: () => JSON.stringify(wrongValue(random)),
    "wrong envelope": () =>
      JSON.stringify({ ...call(), jsonrpc: wrongValue(random), id: wrongValue(random) }),
    notification: () => JSON.stringify({ ...call(), id: undefined }),
  };
  const kind = random.pick(Object.keys(kinds));
  const made = (kinds[kind] as () => string | Buffer)();
  return { kind, bytes: typeof made === "string" ? Buffer.from(made) : made };
}
