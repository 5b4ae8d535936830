import { setMaxListeners } from "node:events";
import { type BridgeSides, connectBridge } from "@causeway/bridge/bridgeSides";
import { httpRpc } from "@causeway/bridge/rpc/httpRpc";
import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { CausewayError } from "@causeway/protocol/errors";
import type { Genesis } from "@causeway/protocol/genesis";
import type { Signer } from "ethers";
import type { Logger } from "pino";
import { AgreedL1 } from "./agreedL1.js";
import { AttestStep } from "./attestStep.js";
import { BalanceStep, type NamedLane } from "./balanceStep.js";
import { CheckpointStep } from "./checkpointStep.js";
import { ClaimStep } from "./claimStep.js";
import { checkpointInterval, type RelayerConfig, type Role } from "./config.js";
import { ConflictStep } from "./conflictStep.js";
import { crashAt } from "./crashPoints.js";
import { DeliverStep } from "./deliverStep.js";
import { FailedMessages } from "./failedMessages.js";
import { failover } from "./failover.js";
import { RelayerMetrics } from "./relayerMetrics.js";
import type { RelayerStatus } from "./relayerStatus.js";
import { RelayerStore } from "./relayerStore.js";
import { RetryStep } from "./retryStep.js";
import { claimRetries, deliveryRetries } from "./retryTargets.js";
import { StatusServer } from "./statusServer.js";
import type { Step } from "./step.js";
import { StepLoop } from "./stepLoop.js";
import { TransactionLane } from "./transactionLane.js";

const WEI_PER_GWEI = 1_000_000_000n;

/** What a relayer runs with. Keys come decrypted; each role has its own. */
export interface RelayerOptions {
  readonly config: RelayerConfig;
  readonly genesis: Genesis;
  /** Attester account, registered in ValidatorSet; needed for the role attest. */
  readonly attesterKey?: Signer;
  /** Account that pays gas on both chains; needed for the role carry. */
  readonly carrierKey?: Signer;
  readonly logger: Logger;
}

/** A relayer at work. */
export interface Relayer {
  readonly statusUrl: string;
  status(): RelayerStatus;
  /** Gives up what is under way and closes everything; sent transactions are looked after by the next start. */
  stop(): Promise<void>;
}

export type RelayerStartError = CausewayError<
  { code: "KeyMissing"; role: Role } | { code: "KeyShared"; address: string }
>;

/**
 * Start attesting and carrying, as `config.roles` says, until stopped.
 * @throws {RelayerStartError} KeyMissing; KeyShared when both roles got one key; RelayerStoreError; StatusServerError;
 * {BridgeError} when a chain does not answer or is not the one the genesis names.
 */
export async function startRelayer(options: RelayerOptions): Promise<Relayer> {
  const { config, genesis, logger } = options;
  await requireKeys(options);
  const stopping = new AbortController();
  // One listener for each request under way, however many that are.
  setMaxListeners(0, stopping.signal);
  const { signal } = stopping;
  const l1Readers = config.l1Urls.map((url) => httpRpc(url, { signal }));
  const nodes = config.sidechainUrls.map((url) => httpRpc(url, { signal }));
  const sides = await connectBridge(failover(l1Readers), failover(nodes), genesis);
  const store = await RelayerStore.open(config.dataDir, sides.domain.genesisHash);
  try {
    return await startSteps(options, sides, { l1Readers, nodes }, store, stopping);
  } catch (error) {
    await store.close();
    logger.error({ reason: error instanceof Error ? error.message : String(error) }, "relayer did not start");
    throw error;
  }
}

async function requireKeys({ config, attesterKey, carrierKey }: RelayerOptions): Promise<void> {
  const missing = config.roles.find((role) => (role === "attest" ? attesterKey : carrierKey) === undefined);
  if (missing !== undefined) {
    throw new CausewayError(
      { code: "KeyMissing", role: missing },
      `relayer: role ${missing} needs its own keystore (${missing === "attest" ? "attesterKey" : "carrierKey"})`,
    );
  }
  const address = await attesterKey?.getAddress();
  if (address === undefined || address !== (await carrierKey?.getAddress())) return;
  throw new CausewayError(
    { code: "KeyShared", address },
    `relayer: roles attest and carry share the key of ${address}, but each role needs its own account: ` +
      'run two relayers, one with roles ["attest"] and the attester\'s keystore, one with roles ["carry"] and ' +
      "another keystore, each with its own dataDir and statusPort",
  );
}

async function startSteps(
  options: RelayerOptions,
  sides: BridgeSides,
  { l1Readers, nodes }: Readonly<Record<"l1Readers" | "nodes", readonly RpcReader[]>>,
  store: RelayerStore,
  stopping: AbortController,
): Promise<Relayer> {
  const { config, logger, attesterKey, carrierKey } = options;
  const metrics = new RelayerMetrics();
  const crash = crashAt(config.crashAt);
  const openLane = (chain: "l1" | "sidechain", signer: Signer) =>
    TransactionLane.open({
      chain,
      chainId: chain === "l1" ? sides.bridge.l1ChainId : sides.domain.chainId,
      reader: sides[chain],
      signer,
      store,
      logger,
      observe(kind, stage) {
        metrics.onTransaction(kind, stage);
        crash(kind, stage);
      },
      bumpAfterMs: config.bumpAfterMs,
      maxFeeWei: BigInt(config.maxFeeGwei) * WEI_PER_GWEI,
    });

  const steps: Step[] = [];
  const lanes: NamedLane[] = [];
  if (config.roles.includes("attest") && attesterKey !== undefined) {
    const lane = await openLane("sidechain", attesterKey);
    lanes.push({ name: "attester on sidechain", lane });
    steps.push(attestStep(options, sides, l1Readers, lane, store));
  }
  if (config.roles.includes("carry") && carrierKey !== undefined) {
    const sidechainLane = await openLane("sidechain", carrierKey);
    const l1Lane = await openLane("l1", carrierKey);
    lanes.push(
      { name: "carrier on sidechain", lane: sidechainLane },
      { name: "carrier on l1", lane: l1Lane },
    );
    steps.push(...carrySteps(options, sides, sidechainLane, l1Lane, store));
    steps.push(new ConflictStep(sides, nodes, l1Lane, config.l1StartBlock, store, logger));
  }
  const balance = new BalanceStep(lanes);
  steps.push(balance);
  const loop = new StepLoop(steps, config.pollIntervalMs, logger, (...failure) =>
    metrics.onFailure(...failure),
  );
  const status = () => relayerStatus(config, loop, lanes, balance);
  const server = await StatusServer.listen(config.statusHost, config.statusPort, status, metrics, logger);
  const ended = loop.run(stopping.signal);
  logger.info({ roles: config.roles, status: server.url }, "relayer started");
  return {
    statusUrl: server.url,
    status,
    async stop() {
      stopping.abort();
      await ended;
      await server.close();
      await store.close();
    },
  };
}

function attestStep(
  { config, logger }: RelayerOptions,
  sides: BridgeSides,
  l1Readers: readonly RpcReader[],
  lane: TransactionLane,
  store: RelayerStore,
): Step {
  return new AttestStep({
    l1: new AgreedL1(l1Readers),
    l1Logs: sides.l1,
    sidechain: sides.sidechain,
    outbox: sides.bridge.outbox,
    l1StartBlock: config.l1StartBlock,
    lane,
    store,
    logger,
  });
}

/** In the order value flows: in, certified, out. */
function carrySteps(
  { config, genesis, logger }: RelayerOptions,
  sides: BridgeSides,
  sidechainLane: TransactionLane,
  l1Lane: TransactionLane,
  store: RelayerStore,
): Step[] {
  const timing = {
    heartbeatSeconds: config.heartbeatSeconds,
    intervalSeconds: checkpointInterval(config, sides.bridge.l1ChainId),
  };
  const { l1StartBlock } = config;
  const failedDeliveries = new FailedMessages(store, "deliveries");
  const failedClaims = new FailedMessages(store, "claims");
  return [
    new DeliverStep(sides, sidechainLane, logger, l1StartBlock, store, failedDeliveries),
    new RetryStep(deliveryRetries(sides), failedDeliveries, sidechainLane, logger),
    new CheckpointStep(sides, l1Lane, genesis.config.causeway.epochLength, timing, logger),
    new ClaimStep(sides, l1Lane, l1StartBlock, store, failedClaims, logger),
    new RetryStep(claimRetries(sides, l1StartBlock), failedClaims, l1Lane, logger),
  ];
}

function relayerStatus(
  config: RelayerConfig,
  loop: StepLoop,
  lanes: readonly NamedLane[],
  balance: BalanceStep,
): RelayerStatus {
  const steps = loop.statuses;
  return {
    roles: config.roles,
    ok: steps.every(({ alarm }) => alarm === null),
    steps,
    accounts: lanes.map(({ name, lane }) => ({
      name,
      address: lane.address,
      balanceWei: balance.balances.get(name)?.toString() ?? null,
      transactions: lane.live.map(({ key }) => key),
    })),
  };
}
