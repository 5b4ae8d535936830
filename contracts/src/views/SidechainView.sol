// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {Checkpoint, Checkpoints} from "../libraries/Checkpoints.sol";
import {Devnet} from "../libraries/Devnet.sol";
import {MerkleTree} from "../libraries/MerkleTree.sol";
import {Seals} from "../libraries/Seals.sol";
import {ValidatorSets} from "../libraries/ValidatorSets.sol";
import {AccumulatingOutbox} from "../messaging/AccumulatingOutbox.sol";
import {ICheckpointView} from "./ICheckpointView.sol";

/// @title What L1 knows of the sidechain (B5, B6)
/// @notice Verifies the validators' commit seals over checkpoints and keeps every accepted one. Anybody submits.
/// @dev A quorum of validators can lie about the sidechain; nothing here can see that. It cannot lie about what the
/// sidechain consumed from L1: that must equal L1's own Outbox.
contract SidechainView is ICheckpointView {
    /// @notice Constructor arguments.
    /// @param sidechainId Chain id of the sidechain.
    /// @param genesisHash Hash of its genesis block; salt of every seal.
    /// @param genesisStateRoot Its state root.
    /// @param genesisTimestamp Its time, seconds.
    /// @param validators S(1), strictly ascending.
    /// @param minValidators Smallest set ever accepted; at least 4 outside devnets (C17).
    /// @param outbox L1's AccumulatingOutbox.
    /// @param conflictWindow W, seconds: 86,400 outside devnets (B6).
    struct Config {
        uint256 sidechainId;
        bytes32 genesisHash;
        bytes32 genesisStateRoot;
        uint64 genesisTimestamp;
        address[] validators;
        uint256 minValidators;
        address outbox;
        uint256 conflictWindow;
    }

    /// @notice What the next checkpoint is measured against.
    /// @param height Height of the newest accepted checkpoint.
    /// @param timestamp Its block time, seconds.
    /// @param outboxCount Its outboxCount.
    /// @param inboxCount Its inboxCount.
    struct Head {
        uint64 height;
        uint64 timestamp;
        uint64 outboxCount;
        uint64 inboxCount;
    }

    /// @notice Seconds by which a block's time may run ahead of L1's.
    uint256 public constant MAX_CLOCK_LEAD = 60;

    /// @notice W outside devnets, seconds.
    uint256 public constant CONFLICT_WINDOW = 24 hours;

    /// @notice Newest accepted checkpoint, in short.
    Head public head;

    /// @notice outboxRoot of the newest accepted checkpoint.
    bytes32 public headOutboxRoot;

    /// @notice Hash of the set that must seal the next checkpoint.
    bytes32 public currentSetHash;

    /// @notice L1 time of the newest acceptance, seconds.
    uint256 public headAcceptedAt;

    /// @notice L1 time of the freeze, seconds; zero while not frozen.
    uint256 public frozenAt;

    /// @notice keccak256(abi.encode(structHash, acceptedAt)) of every accepted checkpoint, in order.
    bytes32[] public records;

    /// @notice L1 time at which a set was last replaced, seconds.
    mapping(bytes32 setHash => uint256 time) public retiredAt;

    /// @notice L1's Outbox, whose accumulator checkpoints must repeat.
    AccumulatingOutbox public immutable OUTBOX;

    /// @notice EIP-712 domain separator of the seals.
    bytes32 public immutable DOMAIN_SEPARATOR;

    /// @notice Smallest set ever accepted.
    uint256 public immutable MIN_VALIDATORS;

    /// @notice W, seconds: how long a replaced set can still prove a conflict, and how old a checkpoint must be at a
    /// freeze to stand.
    uint256 public immutable W;

    /// @notice A checkpoint was accepted.
    /// @param index Its index in the list of records.
    /// @param height Its height.
    /// @param structHash Its EIP-712 struct hash.
    /// @param acceptedAt L1 time, seconds; claims must name it.
    /// @param checkpoint The checkpoint itself: claims must carry it.
    event CheckpointAccepted(
        uint256 indexed index, uint64 indexed height, bytes32 structHash, uint256 acceptedAt, Checkpoint checkpoint
    );

    /// @notice The set that seals the next checkpoint changed.
    event ValidatorSetChanged(bytes32 indexed setHash, uint64 indexed height, address[] validators);

    /// @notice A conflict was proved; nothing is accepted any more.
    /// @param a One certified checkpoint.
    /// @param b The other.
    event Froze(Checkpoint a, Checkpoint b);

    /// @notice A conflict was proved at `frozenAt`; the view is closed for good.
    error Frozen(uint256 frozenAt);

    /// @notice The height does not exceed the newest accepted one.
    error StaleHeight(uint64 height, uint64 headHeight);

    /// @notice The block time does not exceed the newest accepted one.
    error TimeNotAfter(uint64 timestamp, uint64 headTimestamp);

    /// @notice The block time is more than MAX_CLOCK_LEAD ahead of L1's.
    error TimeTooFarAhead(uint64 timestamp, uint256 latest);

    /// @notice blockHash, stateRoot, outboxRoot or nextValidatorSetHash is zero.
    error ZeroRoot();

    /// @notice The set given, or the set sealed by, is not the one expected.
    error WrongSet(bytes32 setHash, bytes32 expected);

    /// @notice `nextSet` was given although the checkpoint changes no set.
    error UnexpectedNextSet();

    /// @notice The Outbox lost messages, or its root changed without a new one.
    error OutboxRewritten(uint64 outboxCount, uint64 headOutboxCount);

    /// @notice The Inbox lost messages.
    error InboxRewound(uint64 inboxCount, uint64 headInboxCount);

    /// @notice The sidechain consumed other messages than L1 sent.
    error InboxFork(uint64 inboxCount, bytes32 inboxAcc, bytes32 expected);

    /// @notice The two checkpoints may both be honest (F2).
    error NoConflict();

    /// @notice The set is neither current nor was it replaced within the last W.
    error SetRetired(bytes32 setHash);

    /// @notice minValidators is below what this L1 allows (C17).
    error MinValidatorsTooLow(uint256 minValidators, uint256 floor);

    /// @notice The conflict window is not the one this L1 requires (B6).
    error WrongConflictWindow(uint256 conflictWindow, uint256 required);

    /// @param config See Config.
    constructor(Config memory config) {
        uint256 floor = Devnet.minMembers(block.chainid);
        if (config.minValidators < floor) revert MinValidatorsTooLow(config.minValidators, floor);
        if (block.chainid != Devnet.L1_CHAIN_ID && config.conflictWindow != CONFLICT_WINDOW) {
            revert WrongConflictWindow(config.conflictWindow, CONFLICT_WINDOW);
        }
        if (config.genesisHash == 0 || config.genesisStateRoot == 0) revert ZeroRoot();
        ValidatorSets.check(config.validators, config.minValidators);

        OUTBOX = AccumulatingOutbox(config.outbox);
        DOMAIN_SEPARATOR = Checkpoints.domainSeparator(config.sidechainId, config.genesisHash);
        MIN_VALIDATORS = config.minValidators;
        W = config.conflictWindow;

        bytes32 setHash = ValidatorSets.hash(config.validators);
        currentSetHash = setHash;
        emit ValidatorSetChanged(setHash, 0, config.validators);
        _append(
            Checkpoint({
                height: 0,
                round: 0,
                timestamp: config.genesisTimestamp,
                blockHash: config.genesisHash,
                stateRoot: config.genesisStateRoot,
                outboxRoot: MerkleTree.EMPTY_ROOT,
                outboxCount: 0,
                inboxAcc: 0,
                inboxCount: 0,
                validatorSetHash: setHash,
                nextValidatorSetHash: setHash
            })
        );
    }

    /// @notice Accepts a checkpoint sealed by a quorum of the current set (B5); anyone may submit it.
    /// @param c The checkpoint; its height and timestamp must exceed those of the newest accepted one.
    /// @param set The current set in full, ascending.
    /// @param nextSet The set that seals the next block, in full, when this checkpoint changes it; empty otherwise.
    /// @param signers Bitmap of signers (X2).
    /// @param seals Their seals (X2).
    function submitCheckpoint(
        Checkpoint calldata c,
        address[] calldata set,
        address[] calldata nextSet,
        uint256 signers,
        bytes calldata seals
    ) external {
        if (frozenAt != 0) revert Frozen(frozenAt);
        _requireProgress(c);
        bytes32 setHash = currentSetHash;
        if (c.validatorSetHash != setHash) revert WrongSet(c.validatorSetHash, setHash);
        _requireSet(set, setHash);
        Seals.requireQuorum(_digest(c), set, signers, seals);
        _changeSet(c, nextSet);
        _append(c);
    }

    /// @notice Closes the view for good when one set certified two checkpoints that exclude each other (F2, B6); anyone.
    /// @param a One checkpoint.
    /// @param signersA Bitmap of its signers.
    /// @param sealsA Its seals.
    /// @param b The other, sealed by the same set.
    /// @param signersB Bitmap of its signers.
    /// @param sealsB Its seals.
    /// @param set The set in full: the current one, or one replaced less than W ago.
    function reportConflict(
        Checkpoint calldata a,
        uint256 signersA,
        bytes calldata sealsA,
        Checkpoint calldata b,
        uint256 signersB,
        bytes calldata sealsB,
        address[] calldata set
    ) external {
        if (frozenAt != 0) revert Frozen(frozenAt);
        if (!Checkpoints.conflict(a, b)) revert NoConflict();
        if (a.validatorSetHash != b.validatorSetHash) revert WrongSet(b.validatorSetHash, a.validatorSetHash);
        _requireSet(set, a.validatorSetHash);
        if (!_mayProveConflict(a.validatorSetHash)) revert SetRetired(a.validatorSetHash);
        Seals.requireQuorum(_digest(a), set, signersA, sealsA);
        Seals.requireQuorum(_digest(b), set, signersB, sealsB);
        frozenAt = block.timestamp;
        emit Froze(a, b);
    }

    /// @inheritdoc ICheckpointView
    function isAccepted(Checkpoint calldata checkpoint, uint256 acceptedAt, uint256 index)
        external
        view
        returns (bool)
    {
        if (index >= records.length) return false;
        return records[index] == Checkpoints.record(Checkpoints.structHash(checkpoint), acceptedAt);
    }

    /// @inheritdoc ICheckpointView
    function isVoid(uint256 acceptedAt) external view returns (bool) {
        return frozenAt != 0 && acceptedAt + W > frozenAt;
    }

    /// @notice Number of accepted checkpoints, genesis included.
    function recordsLength() external view returns (uint256) {
        return records.length;
    }

    /// @notice Newest accepted state of the sidechain's Outbox.
    function latestOutbox() external view returns (bytes32 root, uint64 count) {
        return (headOutboxRoot, head.outboxCount);
    }

    /// @notice EIP-712 digest the validators seal.
    /// @param c A checkpoint.
    function digest(Checkpoint calldata c) external view returns (bytes32) {
        return _digest(c);
    }

    function _requireProgress(Checkpoint calldata c) private view {
        Head memory last = head;
        if (c.height <= last.height) revert StaleHeight(c.height, last.height);
        if (c.timestamp <= last.timestamp) revert TimeNotAfter(c.timestamp, last.timestamp);
        uint256 latest = block.timestamp + MAX_CLOCK_LEAD;
        if (c.timestamp > latest) revert TimeTooFarAhead(c.timestamp, latest);
        if (c.blockHash == 0 || c.stateRoot == 0 || c.outboxRoot == 0 || c.nextValidatorSetHash == 0) {
            revert ZeroRoot();
        }
        bool sameCount = c.outboxCount == last.outboxCount;
        if (c.outboxCount < last.outboxCount || (sameCount && c.outboxRoot != headOutboxRoot)) {
            revert OutboxRewritten(c.outboxCount, last.outboxCount);
        }
        if (c.inboxCount < last.inboxCount) revert InboxRewound(c.inboxCount, last.inboxCount);
        // Unwritten counts read as zero, which only count 0 may be.
        bytes32 expected = OUTBOX.accAt(c.inboxCount);
        if (c.inboxAcc != expected || (expected == 0 && c.inboxCount != 0)) {
            revert InboxFork(c.inboxCount, c.inboxAcc, expected);
        }
    }

    function _changeSet(Checkpoint calldata c, address[] calldata nextSet) private {
        if (c.nextValidatorSetHash == c.validatorSetHash) {
            if (nextSet.length != 0) revert UnexpectedNextSet();
            return;
        }
        _requireSet(nextSet, c.nextValidatorSetHash);
        ValidatorSets.check(nextSet, MIN_VALIDATORS);
        retiredAt[c.validatorSetHash] = block.timestamp;
        currentSetHash = c.nextValidatorSetHash;
        emit ValidatorSetChanged(c.nextValidatorSetHash, c.height, nextSet);
    }

    function _append(Checkpoint memory c) private {
        head = Head(c.height, c.timestamp, c.outboxCount, c.inboxCount);
        if (headOutboxRoot != c.outboxRoot) headOutboxRoot = c.outboxRoot;
        headAcceptedAt = block.timestamp;
        bytes32 structHash = Checkpoints.structHash(c);
        emit CheckpointAccepted(records.length, c.height, structHash, block.timestamp, c);
        records.push(Checkpoints.record(structHash, block.timestamp));
    }

    function _mayProveConflict(bytes32 setHash) private view returns (bool) {
        uint256 retired = retiredAt[setHash];
        return setHash == currentSetHash || (retired != 0 && block.timestamp < retired + W);
    }

    function _digest(Checkpoint calldata c) private view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(DOMAIN_SEPARATOR, Checkpoints.structHash(c));
    }

    function _requireSet(address[] calldata set, bytes32 expected) private pure {
        bytes32 setHash = ValidatorSets.hash(set);
        if (setHash != expected) revert WrongSet(setHash, expected);
    }
}
