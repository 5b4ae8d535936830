// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Mint} from "../../src/assets/Mint.sol";
import {Vault} from "../../src/assets/Vault.sol";
import {Checkpoint} from "../../src/libraries/Checkpoints.sol";
import {Message, Messages} from "../../src/libraries/Messages.sol";
import {ValidatorSets} from "../../src/libraries/ValidatorSets.sol";
import {AccumulatingOutbox} from "../../src/messaging/AccumulatingOutbox.sol";
import {ClaimInbox} from "../../src/messaging/ClaimInbox.sol";
import {OrderedInbox} from "../../src/messaging/OrderedInbox.sol";
import {Outbox} from "../../src/messaging/Outbox.sol";
import {ValidatorSet} from "../../src/validators/ValidatorSet.sol";
import {EthereumView} from "../../src/views/EthereumView.sol";
import {SidechainView} from "../../src/views/SidechainView.sol";
import {Predeploys} from "./Predeploys.sol";
import {ReferenceTree} from "./ReferenceTree.sol";
import {Validators} from "./Validators.sol";
import {Vm} from "./Vm.sol";

/// @title Both chains of a bridge in one EVM
/// @notice The real contracts of both sides; `onL1` and `onSidechain` switch the chain id, and the fixture plays
/// validators, attesters and carrier. Proofs come from a reference tree over the messages in the logs, never from the
/// contracts under test.
abstract contract BridgeFixture is Predeploys, Validators {
    uint256 internal constant SIDECHAIN_ID = 73311;
    bytes32 internal constant GENESIS_HASH = keccak256("genesis");
    bytes32 internal constant GENESIS_STATE_ROOT = keccak256("genesis state");
    uint64 internal constant GENESIS_TIMESTAMP = 1_700_000_000;
    uint256 internal constant GENESIS_FUNDS = 1_000 ether;
    uint256 internal constant MINT_BALANCE = 2 ** 96 - 1;
    uint64 internal constant ATTEST_INTERVAL = 32;
    uint256 internal constant EPOCH_LENGTH = 30;

    uint256 internal l1ChainId = 1;
    uint256 internal conflictWindow = 24 hours;
    KeySet internal validators;
    KeySet internal attesters;

    AccumulatingOutbox internal l1Outbox;
    SidechainView internal sidechainView;
    ClaimInbox internal claimInbox;
    Vault internal vault;
    Outbox internal outbox = Outbox(OUTBOX);
    OrderedInbox internal orderedInbox = OrderedInbox(ORDERED_INBOX);
    EthereumView internal ethereumView = EthereumView(ETHEREUM_VIEW);
    ValidatorSet internal validatorSet = ValidatorSet(VALIDATOR_SET);
    Mint internal mint = Mint(payable(MINT));

    /// @dev Messages seen in the logs, and their leaves, per Outbox.
    mapping(address outbox => Message[]) internal sent;
    mapping(address outbox => bytes32[]) internal leaves;

    /// @dev Newest checkpoint made, and where and when L1 accepted it.
    Checkpoint internal lastCheckpoint;
    uint256 internal lastIndex;
    uint256 internal lastAcceptedAt;

    function deployBridge(uint256 validatorCount, uint256 attesterCount) internal {
        vm.warp(GENESIS_TIMESTAMP);
        validators = keySet("validator", validatorCount);
        attesters = keySet("attester", attesterCount);

        uint64 nonce = vm.getNonce(address(this));
        address predictedOutbox = vm.computeCreateAddress(address(this), nonce);
        address predictedVault = vm.computeCreateAddress(address(this), nonce + 3);
        onSidechain();
        placeSidechain(predictedOutbox, predictedVault);
        onL1();
        uint256 minValidators = validatorCount < 4 ? validatorCount : 4;
        l1Outbox = new AccumulatingOutbox(SIDECHAIN_ID);
        sidechainView = new SidechainView(viewConfig(validators.addresses, minValidators));
        claimInbox = new ClaimInbox(address(sidechainView), SIDECHAIN_ID, OUTBOX);
        vm.deal(address(this), GENESIS_FUNDS);
        vault = new Vault{value: GENESIS_FUNDS}(address(l1Outbox), address(claimInbox), SIDECHAIN_ID, MINT);
        require(address(l1Outbox) == predictedOutbox && address(vault) == predictedVault, "prediction");

        lastCheckpoint = genesisCheckpoint();
        lastAcceptedAt = vm.getBlockTimestamp();
        vm.recordLogs();
    }

    function placeSidechain(address l1OutboxAddress, address vaultAddress) private {
        place(
            VALIDATOR_SET,
            type(ValidatorSet).creationCode,
            abi.encode(
                validators.addresses,
                keySet("operator", validators.addresses.length).addresses,
                attesters.addresses,
                EPOCH_LENGTH,
                1
            )
        );
        place(OUTBOX, type(Outbox).creationCode, abi.encode(l1ChainId));
        place(ORDERED_INBOX, type(OrderedInbox).creationCode, abi.encode(ETHEREUM_VIEW, l1ChainId, l1OutboxAddress));
        place(
            ETHEREUM_VIEW,
            type(EthereumView).creationCode,
            abi.encode(VALIDATOR_SET, l1ChainId, l1OutboxAddress, ATTEST_INTERVAL)
        );
        place(MINT, type(Mint).creationCode, abi.encode(OUTBOX, ORDERED_INBOX, vaultAddress, l1ChainId, GENESIS_FUNDS));
        vm.deal(MINT, MINT_BALANCE);
    }

    function viewConfig(address[] memory set, uint256 minValidators)
        internal
        view
        returns (SidechainView.Config memory)
    {
        return SidechainView.Config({
            sidechainId: SIDECHAIN_ID,
            genesisHash: GENESIS_HASH,
            genesisStateRoot: GENESIS_STATE_ROOT,
            genesisTimestamp: GENESIS_TIMESTAMP,
            validators: set,
            minValidators: minValidators,
            outbox: address(l1Outbox),
            conflictWindow: conflictWindow
        });
    }

    function onL1() internal {
        vm.chainId(l1ChainId);
    }

    function onSidechain() internal {
        vm.chainId(SIDECHAIN_ID);
    }

    // ---- messages

    /// @dev Files the messages sent since the last call.
    function collectMessages() internal {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics.length == 0) continue;
            onLog(logs[i]);
            if (logs[i].topics[0] != Outbox.MessageSent.selector) continue;
            Message memory message = abi.decode(logs[i].data, (Message));
            sent[logs[i].emitter].push(message);
            leaves[logs[i].emitter].push(Messages.leaf(message));
        }
    }

    /// @dev Hook for tests that watch other events.
    function onLog(Vm.Log memory log) internal virtual {}

    function proofOf(address source, uint64 nonce, uint256 count) internal view returns (bytes32[32] memory) {
        bytes32[] memory prefix = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            prefix[i] = leaves[source][i];
        }
        return ReferenceTree.proof(prefix, nonce);
    }

    // ---- L1 to sidechain

    /// @dev A quorum of attesters votes for the present L1 Outbox at the next attestable number.
    function attest() internal {
        (uint64 number,,,) = ethereumView.accepted();
        attestAt(number + ATTEST_INTERVAL, l1Outbox.root(), l1Outbox.count());
    }

    function attestAt(uint64 number, bytes32 root, uint64 count) internal {
        onSidechain();
        uint256 quorum = (2 * attesters.addresses.length + 2) / 3;
        for (uint256 i = 0; i < quorum; ++i) {
            vm.prank(attesters.addresses[i]);
            ethereumView.vote(number, keccak256(abi.encode("L1 block", number)), root, count);
        }
    }

    /// @dev Delivers the next message under the accepted root.
    function deliverNext() internal {
        onSidechain();
        uint64 nonce = orderedInbox.count();
        (, uint64 acceptedCount) = ethereumView.latestOutbox();
        orderedInbox.deliver(sent[address(l1Outbox)][nonce], proofOf(address(l1Outbox), nonce, acceptedCount));
    }

    /// @dev Carries everything sent on L1 so far.
    function carryToSidechain() internal {
        collectMessages();
        (, uint64 acceptedCount) = ethereumView.latestOutbox();
        if (l1Outbox.count() > acceptedCount) attest();
        while (orderedInbox.count() < l1Outbox.count()) {
            deliverNext();
        }
    }

    // ---- sidechain to L1

    function genesisCheckpoint() internal view returns (Checkpoint memory c) {
        bytes32 setHash = ValidatorSets.hash(validators.addresses);
        c.timestamp = GENESIS_TIMESTAMP;
        c.blockHash = GENESIS_HASH;
        c.stateRoot = GENESIS_STATE_ROOT;
        c.outboxRoot = ReferenceTree.root(new bytes32[](0));
        c.validatorSetHash = setHash;
        c.nextValidatorSetHash = setHash;
    }

    /// @dev The block after the last checkpoint, with the predeploys' present storage.
    function nextCheckpoint() internal view returns (Checkpoint memory c) {
        c = lastCheckpoint;
        c.height += 1;
        c.timestamp += 1;
        c.blockHash = keccak256(abi.encode("block", c.height));
        c.stateRoot = keccak256(abi.encode("state", c.height));
        c.outboxRoot = outbox.root();
        c.outboxCount = outbox.count();
        c.inboxAcc = orderedInbox.acc();
        c.inboxCount = orderedInbox.count();
        c.validatorSetHash = ValidatorSets.hash(validators.addresses);
        c.nextValidatorSetHash = c.validatorSetHash;
    }

    function quorumSigners() internal view returns (uint256) {
        return firstSigners((2 * validators.keys.length + 2) / 3);
    }

    function certify(Checkpoint memory c) internal view returns (uint256 signers, bytes memory seals) {
        signers = quorumSigners();
        seals = sealsOf(validators, signers, sidechainView.digest(c));
    }

    function submit(Checkpoint memory c) internal {
        (uint256 signers, bytes memory seals) = certify(c);
        onL1();
        if (vm.getBlockTimestamp() < c.timestamp) vm.warp(c.timestamp);
        sidechainView.submitCheckpoint(c, validators.addresses, new address[](0), signers, seals);
        lastCheckpoint = c;
        lastIndex = sidechainView.recordsLength() - 1;
        lastAcceptedAt = vm.getBlockTimestamp();
    }

    function checkpoint() internal {
        collectMessages();
        submit(nextCheckpoint());
    }

    /// @dev Claims against the last checkpoint.
    function claim(uint64 nonce) internal {
        onL1();
        claimInbox.claim(
            sent[OUTBOX][nonce],
            proofOf(OUTBOX, nonce, lastCheckpoint.outboxCount),
            lastCheckpoint,
            lastAcceptedAt,
            lastIndex
        );
    }
}
