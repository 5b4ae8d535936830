import { withIntrospection } from "./discover/withIntrospection.js";
import type { Method } from "./method.js";
import { causewayGetCertificate } from "./methods/causeway/getCertificate.js";
import { causewayGetEvidence } from "./methods/causeway/getEvidence.js";
import { causewayGetRounds } from "./methods/causeway/getRounds.js";
import { causewayGetValidators } from "./methods/causeway/getValidators.js";
import { causewaySecurityStatement } from "./methods/causeway/securityStatement.js";
import { causewayStatus } from "./methods/causeway/status.js";
import { debugGetBadBlocks } from "./methods/debug/getBadBlocks.js";
import { debugGetRawBlock } from "./methods/debug/getRawBlock.js";
import { debugGetRawHeader } from "./methods/debug/getRawHeader.js";
import { debugGetRawReceipts } from "./methods/debug/getRawReceipts.js";
import { debugGetRawTransaction } from "./methods/debug/getRawTransaction.js";
import { debugIntermediateRoots } from "./methods/debug/intermediateRoots.js";
import { debugTraceBlock } from "./methods/debug/traceBlock.js";
import { debugTraceBlockByHash } from "./methods/debug/traceBlockByHash.js";
import { debugTraceBlockByNumber } from "./methods/debug/traceBlockByNumber.js";
import { debugTraceCall } from "./methods/debug/traceCall.js";
import { debugTraceTransaction } from "./methods/debug/traceTransaction.js";
import { erigonBlockNumber } from "./methods/erigon/blockNumber.js";
import { erigonGetHeaderByNumber } from "./methods/erigon/getHeaderByNumber.js";
import { ethAccounts } from "./methods/eth/accounts.js";
import { ethBaseFee } from "./methods/eth/baseFee.js";
import { ethBlobBaseFee } from "./methods/eth/blobBaseFee.js";
import { ethBlockNumber } from "./methods/eth/blockNumber.js";
import { ethCall } from "./methods/eth/call.js";
import { ethCapabilities } from "./methods/eth/capabilities.js";
import { ethChainId } from "./methods/eth/chainId.js";
import { ethCoinbase } from "./methods/eth/coinbase.js";
import { ethConfig } from "./methods/eth/config.js";
import { ethCreateAccessList } from "./methods/eth/createAccessList.js";
import { ethEstimateGas } from "./methods/eth/estimateGas.js";
import { ethFeeHistory } from "./methods/eth/feeHistory.js";
import { ethFillTransaction } from "./methods/eth/fillTransaction.js";
import { ethGasPrice } from "./methods/eth/gasPrice.js";
import { ethGetBalance } from "./methods/eth/getBalance.js";
import { ethGetBlockByHash } from "./methods/eth/getBlockByHash.js";
import { ethGetBlockByNumber } from "./methods/eth/getBlockByNumber.js";
import { ethGetBlockReceipts } from "./methods/eth/getBlockReceipts.js";
import { ethGetBlockTransactionCountByHash } from "./methods/eth/getBlockTransactionCountByHash.js";
import { ethGetBlockTransactionCountByNumber } from "./methods/eth/getBlockTransactionCountByNumber.js";
import { ethGetCode } from "./methods/eth/getCode.js";
import { ethGetFilterChanges } from "./methods/eth/getFilterChanges.js";
import { ethGetFilterLogs } from "./methods/eth/getFilterLogs.js";
import { ethGetHeaderByHash } from "./methods/eth/getHeaderByHash.js";
import { ethGetHeaderByNumber } from "./methods/eth/getHeaderByNumber.js";
import { ethGetLogs } from "./methods/eth/getLogs.js";
import { ethGetProof } from "./methods/eth/getProof.js";
import { ethGetRawTransactionByBlockHashAndIndex } from "./methods/eth/getRawTransactionByBlockHashAndIndex.js";
import { ethGetRawTransactionByBlockNumberAndIndex } from "./methods/eth/getRawTransactionByBlockNumberAndIndex.js";
import { ethGetRawTransactionByHash } from "./methods/eth/getRawTransactionByHash.js";
import { ethGetStorageAt } from "./methods/eth/getStorageAt.js";
import { ethGetStorageValues } from "./methods/eth/getStorageValues.js";
import { ethGetTransactionByBlockHashAndIndex } from "./methods/eth/getTransactionByBlockHashAndIndex.js";
import { ethGetTransactionByBlockNumberAndIndex } from "./methods/eth/getTransactionByBlockNumberAndIndex.js";
import { ethGetTransactionByHash } from "./methods/eth/getTransactionByHash.js";
import { ethGetTransactionBySenderAndNonce } from "./methods/eth/getTransactionBySenderAndNonce.js";
import { ethGetTransactionCount } from "./methods/eth/getTransactionCount.js";
import { ethGetTransactionReceipt } from "./methods/eth/getTransactionReceipt.js";
import { ethGetUncleByBlockHashAndIndex } from "./methods/eth/getUncleByBlockHashAndIndex.js";
import { ethGetUncleByBlockNumberAndIndex } from "./methods/eth/getUncleByBlockNumberAndIndex.js";
import { ethGetUncleCountByBlockHash } from "./methods/eth/getUncleCountByBlockHash.js";
import { ethGetUncleCountByBlockNumber } from "./methods/eth/getUncleCountByBlockNumber.js";
import { ethHashrate } from "./methods/eth/hashrate.js";
import { ethMaxPriorityFeePerGas } from "./methods/eth/maxPriorityFeePerGas.js";
import { ethMining } from "./methods/eth/mining.js";
import { ethNewBlockFilter } from "./methods/eth/newBlockFilter.js";
import { ethNewFilter } from "./methods/eth/newFilter.js";
import { ethNewPendingTransactionFilter } from "./methods/eth/newPendingTransactionFilter.js";
import { ethPendingTransactions } from "./methods/eth/pendingTransactions.js";
import { ethSendRawTransaction } from "./methods/eth/sendRawTransaction.js";
import { ethSendRawTransactionSync } from "./methods/eth/sendRawTransactionSync.js";
import { ethSendTransaction } from "./methods/eth/sendTransaction.js";
import { ethSign } from "./methods/eth/sign.js";
import { ethSignTransaction } from "./methods/eth/signTransaction.js";
import { ethSimulateV1 } from "./methods/eth/simulateV1.js";
import { ethSubscribe } from "./methods/eth/subscribe.js";
import { ethSyncing } from "./methods/eth/syncing.js";
import { ethUninstallFilter } from "./methods/eth/uninstallFilter.js";
import { ethUnsubscribe } from "./methods/eth/unsubscribe.js";
import { netListening } from "./methods/net/listening.js";
import { netPeerCount } from "./methods/net/peerCount.js";
import { netVersion } from "./methods/net/version.js";
import { otsGetApiLevel } from "./methods/ots/getApiLevel.js";
import { otsGetBlockDetails } from "./methods/ots/getBlockDetails.js";
import { otsGetBlockDetailsByHash } from "./methods/ots/getBlockDetailsByHash.js";
import { otsGetBlockTransactions } from "./methods/ots/getBlockTransactions.js";
import { otsGetContractCreator } from "./methods/ots/getContractCreator.js";
import { otsGetInternalOperations } from "./methods/ots/getInternalOperations.js";
import { otsGetTransactionBySenderAndNonce } from "./methods/ots/getTransactionBySenderAndNonce.js";
import { otsGetTransactionError } from "./methods/ots/getTransactionError.js";
import { otsHasCode } from "./methods/ots/hasCode.js";
import { otsSearchTransactionsAfter } from "./methods/ots/searchTransactionsAfter.js";
import { otsSearchTransactionsBefore } from "./methods/ots/searchTransactionsBefore.js";
import { otsTraceTransaction } from "./methods/ots/traceTransaction.js";
import { traceBlock } from "./methods/trace/block.js";
import { traceCall } from "./methods/trace/call.js";
import { traceCallMany } from "./methods/trace/callMany.js";
import { traceFilterMethod } from "./methods/trace/filter.js";
import { traceGet } from "./methods/trace/get.js";
import { traceRawTransaction } from "./methods/trace/rawTransaction.js";
import { traceReplayBlockTransactions } from "./methods/trace/replayBlockTransactions.js";
import { traceReplayTransaction } from "./methods/trace/replayTransaction.js";
import { traceTransaction } from "./methods/trace/transaction.js";
import { txpoolContent } from "./methods/txpool/content.js";
import { txpoolContentFrom } from "./methods/txpool/contentFrom.js";
import { txpoolInspect } from "./methods/txpool/inspect.js";
import { txpoolStatus } from "./methods/txpool/status.js";
import { web3ClientVersion } from "./methods/web3/clientVersion.js";
import { web3Sha3 } from "./methods/web3/sha3.js";

const METHODS: readonly Method[] = [
  causewayGetCertificate,
  causewayGetEvidence,
  causewayGetRounds,
  causewayGetValidators,
  causewaySecurityStatement,
  causewayStatus,
  debugGetRawBlock,
  debugGetRawHeader,
  debugGetRawReceipts,
  debugGetRawTransaction,
  debugGetBadBlocks,
  debugIntermediateRoots,
  debugTraceBlock,
  debugTraceBlockByHash,
  debugTraceBlockByNumber,
  debugTraceCall,
  debugTraceTransaction,
  erigonBlockNumber,
  erigonGetHeaderByNumber,
  ethAccounts,
  ethBaseFee,
  ethBlobBaseFee,
  ethBlockNumber,
  ethCall,
  ethCapabilities,
  ethChainId,
  ethCoinbase,
  ethConfig,
  ethCreateAccessList,
  ethEstimateGas,
  ethFeeHistory,
  ethFillTransaction,
  ethGasPrice,
  ethGetBalance,
  ethGetBlockByHash,
  ethGetBlockByNumber,
  ethGetBlockReceipts,
  ethGetBlockTransactionCountByHash,
  ethGetBlockTransactionCountByNumber,
  ethGetCode,
  ethGetFilterChanges,
  ethGetFilterLogs,
  ethGetHeaderByHash,
  ethGetHeaderByNumber,
  ethGetLogs,
  ethGetProof,
  ethGetRawTransactionByBlockHashAndIndex,
  ethGetRawTransactionByBlockNumberAndIndex,
  ethGetRawTransactionByHash,
  ethGetStorageAt,
  ethGetStorageValues,
  ethGetTransactionByBlockHashAndIndex,
  ethGetTransactionByBlockNumberAndIndex,
  ethGetTransactionByHash,
  ethGetTransactionBySenderAndNonce,
  ethGetTransactionCount,
  ethGetTransactionReceipt,
  ethGetUncleByBlockHashAndIndex,
  ethGetUncleByBlockNumberAndIndex,
  ethGetUncleCountByBlockHash,
  ethGetUncleCountByBlockNumber,
  ethHashrate,
  ethMaxPriorityFeePerGas,
  ethMining,
  ethNewBlockFilter,
  ethNewFilter,
  ethNewPendingTransactionFilter,
  ethPendingTransactions,
  ethSendRawTransaction,
  ethSendRawTransactionSync,
  ethSendTransaction,
  ethSign,
  ethSignTransaction,
  ethSimulateV1,
  ethSubscribe,
  ethSyncing,
  ethUninstallFilter,
  ethUnsubscribe,
  netListening,
  netPeerCount,
  netVersion,
  otsGetApiLevel,
  otsGetBlockDetails,
  otsGetBlockDetailsByHash,
  otsGetBlockTransactions,
  otsGetContractCreator,
  otsGetInternalOperations,
  otsGetTransactionBySenderAndNonce,
  otsGetTransactionError,
  otsHasCode,
  otsSearchTransactionsAfter,
  otsSearchTransactionsBefore,
  otsTraceTransaction,
  traceBlock,
  traceCall,
  traceCallMany,
  traceFilterMethod,
  traceGet,
  traceRawTransaction,
  traceReplayBlockTransactions,
  traceReplayTransaction,
  traceTransaction,
  txpoolContent,
  txpoolContentFrom,
  txpoolInspect,
  txpoolStatus,
  web3ClientVersion,
  web3Sha3,
];

/** Every method by name: what is not here does not exist. */
export const METHOD_TABLE: ReadonlyMap<string, Method> = withIntrospection("Causeway JSON-RPC", METHODS);
