import type { FuzzBody } from "./fuzzBodies.js";
import type { Random } from "./random.js";

/** What a raw connection sends, piece by piece, and whether it then closes its side. */
export interface FuzzStream {
  readonly kind: string;
  readonly pieces: readonly Buffer[];
  readonly end: boolean;
}

const HEAD = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
const CALL = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}';

/** @param headers further ones, each with its line end. */
export function post(body: Uint8Array, headers = ""): Buffer {
  return Buffer.concat([Buffer.from(`${HEAD}${headers}content-length: ${body.length}\r\n\r\n`), body]);
}

/** HTTP that breaks the protocol, its order or its lengths. */
export function fuzzHttp(random: Random, body: FuzzBody): FuzzStream {
  const whole = post(body.bytes);
  const cut = random.below(whole.length);
  const text = (kind: string, ...pieces: readonly string[]) => ({
    kind,
    pieces: pieces.map((piece) => Buffer.from(piece, "latin1")),
    end: true,
  });
  return random.pick<() => FuzzStream>([
    () => ({ kind: "half a request, then closed", pieces: [whole.subarray(0, cut)], end: true }),
    () => ({ kind: "request and closed side", pieces: [whole], end: true }),
    () => ({ kind: "in two pieces", pieces: [whole.subarray(0, cut), whole.subarray(cut)], end: true }),
    () => ({
      kind: "pipelined",
      pieces: [Buffer.concat(Array.from({ length: random.below(200) + 2 }, () => post(Buffer.from(CALL))))],
      end: true,
    }),
    () => text("garbage instead of HTTP", random.bytes(random.below(500)).toString("latin1")),
    () => text("a huge header", `${HEAD}x-long: ${"a".repeat(random.below(100_000))}\r\n\r\n`),
    () => text("many headers", `${HEAD}${"a: b\r\n".repeat(random.below(5_000))}\r\n`),
    () =>
      text(
        "a length that is none",
        `${HEAD}content-length: ${random.pick(["-1", "1e3", "99999999999999999999", "0x5"])}\r\n\r\n${CALL}`,
      ),
    () => text("two lengths", `${HEAD}content-length: 5\r\ncontent-length: 6\r\n\r\n${CALL}`),
    () =>
      text(
        "length and chunks",
        `${HEAD}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
      ),
    () =>
      text(
        "broken chunks",
        `${HEAD}transfer-encoding: chunked\r\n\r\n${random.pick(["zz", "-5", "ffffffffffffffff"])}\r\n${CALL}`,
      ),
    () =>
      text(
        "another method",
        `${random.pick(["TRACE", "DELETE", "CONNECT", "NONE", "PRI"])} ${random.pick(["/", "*", "http://x/"])} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
      ),
    () =>
      text(
        "another host",
        `POST / HTTP/1.1\r\nhost: ${random.pick(["evil.example", "", "a".repeat(2_000), "[::1"])}\r\n\r\n`,
      ),
    () =>
      text(
        "an upgrade to nothing",
        "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
      ),
  ])();
}

/** One websocket frame. Clients mask theirs; a length may be declared that is not sent. */
export function frame(
  opcode: number,
  payload: Uint8Array,
  { first = 0x80 as number, masked = true, declared = payload.length as number | bigint } = {},
): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const length = Buffer.alloc(9);
  length[0] = 127 | (masked ? 0x80 : 0);
  length.writeBigUInt64BE(BigInt(declared), 1);
  const body = masked ? Buffer.from(payload.map((byte, i) => byte ^ (mask[i % 4] as number))) : payload;
  return Buffer.concat([Buffer.from([first | opcode]), length, masked ? mask : Buffer.alloc(0), body]);
}

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10];

/** Frames that break RFC 6455, and whole ones with garbage in them; after the handshake. */
export function fuzzFrames(random: Random, { bytes }: FuzzBody): FuzzStream {
  const small = bytes.subarray(0, 1_000);
  const half = Math.floor(small.length / 2);
  const stream = (kind: string, ...pieces: readonly Buffer[]) => ({
    kind: `websocket: ${kind}`,
    pieces,
    end: true,
  });
  return random.pick<() => FuzzStream>([
    () => stream("garbage in a text frame", frame(TEXT, bytes)),
    () => stream("garbage in a binary frame", frame(BINARY, bytes)),
    () => stream("a reserved opcode", frame(random.pick([3, 4, 5, 6, 7, 11, 12, 15]), small)),
    () => stream("reserved bits", frame(TEXT, small, { first: random.pick([0xc0, 0xa0, 0x90, 0xf0]) })),
    () => stream("an unmasked frame", frame(TEXT, small, { masked: false })),
    () =>
      stream(
        "an oversized frame",
        frame(TEXT, small, { declared: random.pick([6_000_000n, 2n ** 40n, 2n ** 63n]) }),
      ),
    () => stream("half a frame", frame(TEXT, small, { declared: small.length + 100 })),
    () =>
      stream(
        "fragments with a ping between",
        frame(TEXT, small.subarray(0, half), { first: 0 }),
        frame(PING, Buffer.from("between")),
        frame(CONTINUATION, small.subarray(half)),
      ),
    () =>
      stream(
        "many fragments",
        Buffer.concat(
          Array.from({ length: 3_000 }, (_, i) =>
            frame(i === 0 ? TEXT : CONTINUATION, Buffer.from(" "), { first: 0 }),
          ),
        ),
      ),
    () => stream("a continuation of nothing", frame(CONTINUATION, small)),
    () => stream("a text frame amid fragments", frame(TEXT, small, { first: 0 }), frame(TEXT, small)),
    () => stream("a long ping", frame(PING, random.bytes(126))),
    () =>
      stream(
        "pings and pongs",
        Buffer.concat(Array.from({ length: 500 }, () => frame(random.pick([PING, PONG]), random.bytes(8)))),
      ),
    () => stream("a close frame with garbage", frame(CLOSE, random.bytes(random.below(125)))),
    () => stream("random bytes", random.bytes(random.below(1_000))),
    () =>
      stream(
        "many requests at once",
        Buffer.concat(Array.from({ length: 300 }, () => frame(TEXT, Buffer.from(CALL)))),
      ),
  ])();
}

/** What may come over a Unix socket. */
export function fuzzIpc(random: Random, { kind, bytes }: FuzzBody): FuzzStream {
  const cut = random.below(bytes.length + 1);
  return random.pick<() => FuzzStream>([
    () => ({ kind: `ipc: ${kind}`, pieces: [bytes], end: true }),
    () => ({
      kind: `ipc: ${kind} in pieces`,
      pieces: [bytes.subarray(0, cut), bytes.subarray(cut)],
      end: true,
    }),
    () => ({
      kind: "ipc: many requests at once",
      pieces: [Buffer.from(CALL.repeat(random.below(2_000)))],
      end: true,
    }),
    () => ({
      kind: "ipc: half a request",
      pieces: [Buffer.from(CALL.slice(0, cut % CALL.length))],
      end: true,
    }),
  ])();
}
