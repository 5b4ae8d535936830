import { buildGenesis } from "@causeway/chain/genesis/buildGenesis";
import { genesisBlock } from "@causeway/chain/genesis/genesisBlock";
import { openChain } from "@causeway/chain/openChain";
import { databaseOver } from "@causeway/chain/store/databaseOver";
import { KeyRing } from "@causeway/node/signer/keyRing";
import { recover } from "@causeway/node/signer/recover";
import { parseGenesis } from "@causeway/protocol/genesis";
import { type Address, fromHex, type Hash, type Hex } from "@causeway/protocol/hex";
import { keccak256, Transaction, type Wallet } from "ethers";
import { CHAIN_ID, GENESIS_SECONDS } from "../model/modelGenesis.js";
import { ValidatorContract } from "../operators/validatorContract.js";
import type { Knobs } from "../run/knobs.js";
import type { ChainBackend, SubmittedTransaction } from "./chainBackend.js";
import { storageOver } from "./chainStorage.js";
import { delayedExecution } from "./delayedExecution.js";
import { wirePath } from "./messagePath.js";
import { SimulatedDatabase } from "./simulatedDatabase.js";
import { addressOf, firstKeys, operatorOf, secondKey, walletOf } from "./wallets.js";

/** Senders of the load; each sends its transactions in nonce order. */
const SENDERS = 4;
const SENDER_WEI = 10n ** 21n;
const OPERATOR_WEI = 10n ** 19n;
const TRANSFER_GAS = 21_000;
const GAS_PRICE_WEI = 3_000_000_000n;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** The chain package, secp256k1 keys and the wire format: everything real but time, disk and sockets. */
export async function realBackend(knobs: Knobs): Promise<ChainBackend> {
  const { nodes, requestTimeoutMs, maxRequestTimeoutMs, emptyBlockPeriodSeconds, epochLength } = knobs;
  const wallets = firstKeys(nodes);
  const keys = wallets.map(addressOf);
  const first = knobs.sets[0] as readonly number[];
  const senders = Array.from({ length: SENDERS }, (_, i) => walletOf(`sender ${i}`));
  const genesis = parseGenesis(
    await buildGenesis({
      chainId: CHAIN_ID,
      timestamp: GENESIS_SECONDS,
      validators: first.map((index) => ({
        consensusKey: keys[index] as Address,
        operator: addressOf(operatorOf(index)),
      })),
      attesters: [],
      accounts: new Map([
        ...senders.map((sender) => [addressOf(sender), SENDER_WEI] as const),
        ...keys.map((_, index) => [addressOf(operatorOf(index)), OPERATOR_WEI] as const),
      ]),
      causeway: { requestTimeoutMs, maxRequestTimeoutMs, emptyBlockPeriodSeconds, epochLength },
      bridge: null,
    }),
  );
  const { header } = await genesisBlock(genesis);
  const domain = { chainId: CHAIN_ID, genesisHash: header.hash, overrides: [] };
  return {
    genesis,
    genesisHeader: header,
    keys,
    recover,
    signer(index) {
      const held = [wallets[index] as Wallet, ...(rotates(knobs, index) ? [secondKey(index)] : [])];
      return new KeyRing(held.map(({ privateKey }) => fromHex(privateKey as Hex)));
    },
    createStore() {
      const disk = new SimulatedDatabase();
      return storageOver(disk.unsynced, async (world) => {
        const { life, now } = world;
        const chain = await openChain({
          genesis,
          dataDir: "unused",
          log: SILENT,
          now,
          database: databaseOver(disk.open(life)),
          journal: null,
        });
        return { ...chain, execution: delayedExecution(chain.execution, world) };
      });
    },
    createContract() {
      const set = first.map((index) => keys[index] as Address);
      return new ValidatorContract(header.hash, set, epochLength);
    },
    transaction: (number) => transfer(senders, number),
    transactionHash: (raw) => keccak256(raw) as Hash,
    createPath: () => wirePath(domain, recover),
  };
}

const signed = new Map<number, SubmittedTransaction>();

/** The same accounts in every run: a transfer is signed once per process. */
function transfer(senders: readonly Wallet[], number: number): SubmittedTransaction {
  const known = signed.get(number);
  if (known !== undefined) return known;
  const sender = senders[number % SENDERS] as Wallet;
  const transaction = Transaction.from({
    type: 0,
    chainId: CHAIN_ID,
    nonce: Math.floor((number - 1) / SENDERS),
    gasLimit: TRANSFER_GAS,
    gasPrice: GAS_PRICE_WEI,
    to: `0x${number.toString(16).padStart(40, "c")}`,
    value: 1n,
  });
  transaction.signature = sender.signingKey.sign(transaction.unsignedHash);
  const made = { raw: fromHex(transaction.serialized as Hex), hash: transaction.hash as Hash };
  signed.set(number, made);
  return made;
}

function rotates({ operators }: Knobs, index: number): boolean {
  return operators?.changes.some(({ kind, node }) => kind === "rotate" && node === index) === true;
}
