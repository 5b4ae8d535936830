import type { Certificate } from "@causeway/protocol/certificate";
import { type Genesis, genesisValidators } from "@causeway/protocol/genesis";
import { overrideAt } from "@causeway/protocol/validatorOverride";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import { encodeCertificate } from "@causeway/protocol/wire/certificateCodec";
import { RLP } from "@ethereumjs/rlp";
import type { Header } from "../chainReader.js";
import { headerItems } from "../codec/header.js";
import { fromHex } from "../codec/hex.js";
import type { GenesisBlock } from "../genesis/genesisBlock.js";
import { encodeSet, headPut } from "../store/chainStore.js";
import type { Put } from "../store/database.js";
import { historyStartPut } from "../store/historyStart.js";
import { blockIndexPuts, transactionPuts } from "../store/indexes.js";
import { keys } from "../store/keys.js";
import { libraryKeys } from "../store/libraryKeys.js";
import type { SetChain } from "./setChain.js";

/** What a snapshot says beside its state, checked. */
export interface RestoredChain {
  readonly genesis: Genesis;
  readonly genesisBlock: GenesisBlock;
  /** Ascending; the last is the head's. */
  readonly headers: readonly Header[];
  /** RLP of the head block. */
  readonly block: Uint8Array;
  readonly certificate: Certificate;
  /** Set changes by height. */
  readonly changes: ReadonlyMap<number, Certificate>;
  readonly sets: SetChain;
}

/** Records of sets written at once. */
const SETS_PER_BATCH = 1_024;
/** Total difficulty of every block. */
const ZERO_RLP = RLP.encode(0);

/** What a store holds of a chain that goes on from a snapshot's head, in batches; only the last makes it one. */
export function* restoredChainPuts(chain: RestoredChain): Generator<Put[]> {
  yield* setPuts(chain);
  const { genesisBlock, headers, block, certificate } = chain;
  const head = headers.at(-1) as Header;
  const body = RLP.encode((RLP.decode(block) as Uint8Array[]).slice(1));
  yield [
    ...blockPuts(genesisBlock.header, RLP.encode([[], [], []])),
    ...headers.flatMap((header) => headerPuts(header)),
    ...blockPuts(head, body),
    ...transactionPuts(head.number, body),
    { key: keys.certificate(head.number), value: encodeCertificate(certificate) },
    { key: libraryKeys.headHeader, value: fromHex(head.hash) },
    { key: libraryKeys.headBlock, value: fromHex(head.hash) },
    historyStartPut(head.number),
    { key: keys.genesisHash, value: fromHex(genesisBlock.hash) },
    headPut(head.number, head.hash),
  ];
}

function headerPuts(header: Header): Put[] {
  const { number, hash } = header;
  return [
    { key: libraryKeys.header(number, hash), value: RLP.encode(headerItems(header)) },
    ...blockIndexPuts(header),
  ];
}

function blockPuts(header: Header, body: Uint8Array): Put[] {
  const { number, hash } = header;
  return [
    ...headerPuts(header),
    { key: libraryKeys.body(number, hash), value: body },
    { key: libraryKeys.totalDifficulty(number, hash), value: ZERO_RLP },
  ];
}

/** The set of every epoch up to that of the head's successor, as block by block it would have been kept. */
function* setPuts(chain: RestoredChain): Generator<Put[]> {
  const { epochLength } = chain.genesis.config.causeway;
  const head = chain.headers.at(-1) as Header;
  let puts: Put[] = [];
  for (let from = 1; from <= head.number + 1; from += epochLength) {
    const set = epochSet(chain, from);
    if (set !== null) puts.push({ key: keys.validators(from), value: encodeSet(set) });
    if (puts.length < SETS_PER_BATCH) continue;
    yield puts;
    puts = [];
  }
  yield puts;
}

/** The set that begins an epoch by V1, though an override may put it aside; null where the snapshot does not name it. */
function epochSet({ genesis, changes, sets }: RestoredChain, from: number): ValidatorSet | null {
  if (from === 1) return genesisValidators(genesis);
  if (overrideAt(genesis.config.causeway, from) === null) return sets.at(from);
  const before = sets.at(from - 1);
  return changes.get(from - 1)?.checkpoint.nextValidatorSetHash === validatorSetHash(before) ? before : null;
}
