// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Accumulator} from "../src/libraries/Accumulator.sol";
import {Checkpoint, Checkpoints} from "../src/libraries/Checkpoints.sol";
import {MerkleTree} from "../src/libraries/MerkleTree.sol";
import {Message, Messages} from "../src/libraries/Messages.sol";
import {Seals} from "../src/libraries/Seals.sol";
import {Deposit, Transfers, Withdrawal} from "../src/libraries/Transfers.sol";
import {ValidatorSets} from "../src/libraries/ValidatorSets.sol";
import {Readiness} from "../src/validators/Readiness.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Test} from "./support/Test.sol";

/// @title The encodings that TypeScript and Solidity share, from test/vectors
contract VectorsTest is Test {
    bytes32[32] private _branch;
    string private _json;

    function _load(string memory name) private {
        _json = vm.readFile(string.concat("../test/vectors/", name, ".json"));
    }

    /// @dev Path of case `i` in `list`, empty behind the last.
    function _caseAt(string memory list, uint256 i) private view returns (string memory path) {
        path = string.concat(".", list, "[", vm.toString(i), "]");
        if (!vm.keyExistsJson(_json, path)) return "";
    }

    function _uint(string memory path, string memory key) private view returns (uint256) {
        return vm.parseJsonUint(_json, string.concat(path, key));
    }

    function _word(string memory path, string memory key) private view returns (bytes32) {
        return vm.parseJsonBytes32(_json, string.concat(path, key));
    }

    function _address(string memory path, string memory key) private view returns (address) {
        return vm.parseJsonAddress(_json, string.concat(path, key));
    }

    function _string(string memory path, string memory key) private view returns (string memory) {
        return vm.parseJsonString(_json, string.concat(path, key));
    }

    function _bytes(string memory path, string memory key) private view returns (bytes memory) {
        return vm.parseJsonBytes(_json, string.concat(path, key));
    }

    function _words(string memory path, string memory key) private view returns (bytes32[] memory) {
        return vm.parseJsonBytes32Array(_json, string.concat(path, key));
    }

    function _checkpoint(string memory path) private view returns (Checkpoint memory c) {
        path = string.concat(path, ".checkpoint");
        c.height = uint64(_uint(path, ".height"));
        c.round = uint32(_uint(path, ".round"));
        c.timestamp = uint64(_uint(path, ".timestamp"));
        c.blockHash = _word(path, ".blockHash");
        c.stateRoot = _word(path, ".stateRoot");
        c.outboxRoot = _word(path, ".outboxRoot");
        c.outboxCount = uint64(_uint(path, ".outboxCount"));
        c.inboxAcc = _word(path, ".inboxAcc");
        c.inboxCount = uint64(_uint(path, ".inboxCount"));
        c.validatorSetHash = _word(path, ".validatorSetHash");
        c.nextValidatorSetHash = _word(path, ".nextValidatorSetHash");
    }

    function _digest(string memory path) private view returns (bytes32) {
        bytes32 domain = Checkpoints.domainSeparator(_uint(path, ".chainId"), _word(path, ".genesisHash"));
        return MessageHashUtils.toTypedDataHash(domain, Checkpoints.structHash(_checkpoint(path)));
    }

    function test_checkpointDigest_vectors_succeeds() public {
        _load("checkpointDigest");
        uint256 i = 0;
        for (string memory path = _caseAt("cases", i); bytes(path).length != 0; path = _caseAt("cases", ++i)) {
            string memory name = _string(path, ".name");
            assertEq(
                Checkpoints.domainSeparator(_uint(path, ".chainId"), _word(path, ".genesisHash")),
                _word(path, ".domainSeparator"),
                name
            );
            assertEq(Checkpoints.structHash(_checkpoint(path)), _word(path, ".structHash"), name);
            assertEq(_digest(path), _word(path, ".digest"), name);
        }
        assertEq(i, 8, "cases read");
    }

    function test_validatorSetHash_vectors_succeeds() public {
        _load("validatorSetHash");
        uint256 i = 0;
        for (string memory path = _caseAt("cases", i); bytes(path).length != 0; path = _caseAt("cases", ++i)) {
            address[] memory set = vm.parseJsonAddressArray(_json, string.concat(path, ".validators"));
            assertEq(ValidatorSets.hash(set), _word(path, ".hash"), _string(path, ".name"));
        }
        assertEq(i, 6, "cases read");
    }

    function test_ready_vectors_succeeds() public {
        _load("ready");
        uint256 i = 0;
        for (string memory path = _caseAt("cases", i); bytes(path).length != 0; path = _caseAt("cases", ++i)) {
            string memory name = _string(path, ".name");
            vm.chainId(_uint(path, ".chainId"));
            address candidate = _address(path, ".candidate");
            bytes32 digest =
                Readiness.digest(_address(path, ".validatorSet"), candidate, _word(path, ".recentBlockHash"));
            assertEq(digest, _word(path, ".digest"), name);
            assertEq(ECDSA.recover(digest, _bytes(path, ".signature")), candidate, name);
        }
        assertEq(i, 4, "cases read");
    }

    function test_messageLeaf_vectors_succeeds() public {
        _load("messageLeaf");
        uint256 i = 0;
        for (string memory path = _caseAt("cases", i); bytes(path).length != 0; path = _caseAt("cases", ++i)) {
            string memory m = string.concat(path, ".message");
            Message memory message = Message({
                nonce: uint64(_uint(m, ".nonce")),
                sourceChainId: _uint(m, ".sourceChainId"),
                sourceOutbox: _address(m, ".sourceOutbox"),
                destinationChainId: _uint(m, ".destinationChainId"),
                sender: _address(m, ".sender"),
                target: _address(m, ".target"),
                gasLimit: uint64(_uint(m, ".gasLimit")),
                data: _bytes(m, ".data")
            });
            assertEq(Messages.leaf(message), _word(path, ".leaf"), _string(path, ".name"));
        }
        assertEq(i, 9, "cases read");
    }

    function test_transferData_vectors_succeeds() public {
        _load("transferData");
        uint256 i = 0;
        for (string memory path = _caseAt("deposits", i); bytes(path).length != 0; path = _caseAt("deposits", ++i)) {
            bytes memory encoded = Transfers.encode(_deposit(string.concat(path, ".transfer")));
            assertEq(keccak256(encoded), keccak256(_bytes(path, ".data")), _string(path, ".name"));
        }
        assertEq(i, 3, "deposits read");
        i = 0;
        for (
            string memory path = _caseAt("withdrawals", i);
            bytes(path).length != 0;
            path = _caseAt("withdrawals", ++i)
        ) {
            bytes memory encoded = Transfers.encode(_withdrawal(string.concat(path, ".transfer")));
            assertEq(keccak256(encoded), keccak256(_bytes(path, ".data")), _string(path, ".name"));
        }
        assertEq(i, 3, "withdrawals read");
    }

    function _deposit(string memory path) private view returns (Deposit memory d) {
        Withdrawal memory w = _withdrawal(path);
        (d.originChainId, d.originToken, d.from, d.to, d.amount) =
        (w.originChainId, w.originToken, w.from, w.to, w.amount);
        d.name = _string(path, ".name");
        d.symbol = _string(path, ".symbol");
        d.decimals = uint8(_uint(path, ".decimals"));
    }

    function _withdrawal(string memory path) private view returns (Withdrawal memory w) {
        w.originChainId = _uint(path, ".originChainId");
        w.originToken = _address(path, ".originToken");
        w.from = _address(path, ".from");
        w.to = _address(path, ".to");
        w.amount = _uint(path, ".amount");
    }

    function test_accumulator_vectors_succeeds() public {
        _load("accumulator");
        uint256 i = 0;
        for (string memory path = _caseAt("cases", i); bytes(path).length != 0; path = _caseAt("cases", ++i)) {
            bytes32[] memory leaves = _words(path, ".leaves");
            bytes32[] memory accumulators = _words(path, ".accumulators");
            bytes32 acc = 0;
            for (uint256 n = 0; n <= leaves.length; ++n) {
                assertEq(acc, accumulators[n], _string(path, ".name"));
                if (n < leaves.length) acc = Accumulator.extend(acc, leaves[n]);
            }
        }
        assertEq(i, 5, "cases read");
    }

    function test_merkle_vectors_succeeds() public {
        _load("merkle");
        uint256 i = 0;
        for (string memory path = _caseAt("cases", i); bytes(path).length != 0; path = _caseAt("cases", ++i)) {
            bytes32 root = _rootOf(_words(path, ".leaves"));
            assertEq(root, _word(path, ".root"), _string(path, ".name"));
            uint256 p = 0;
            string memory list = string.concat("cases[", vm.toString(i), "].proofs");
            for (string memory pr = _caseAt(list, p); bytes(pr).length != 0; pr = _caseAt(list, ++p)) {
                bytes32[] memory siblings = _words(pr, ".proof");
                bytes32[32] memory proof;
                for (uint256 level = 0; level < 32; ++level) {
                    proof[level] = siblings[level];
                }
                assertEq(this.rootFrom(_word(pr, ".leaf"), _uint(pr, ".index"), proof), root, _string(path, ".name"));
            }
        }
        assertEq(i, 8, "cases read");
    }

    function rootFrom(bytes32 leaf, uint256 index, bytes32[32] calldata proof) external pure returns (bytes32) {
        return MerkleTree.rootFrom(leaf, index, proof);
    }

    function _rootOf(bytes32[] memory leaves) private returns (bytes32 root) {
        root = MerkleTree.EMPTY_ROOT;
        for (uint256 n = 0; n < leaves.length; ++n) {
            root = MerkleTree.append(_branch, n, leaves[n]);
        }
    }

    function test_emptyRoot_vectors_succeeds() public {
        _load("merkle");
        assertEq(MerkleTree.EMPTY_ROOT, _words("", ".zeroHashes")[32], "zeroHash[32]");
    }

    function test_certificate_vectors_succeeds() public {
        _load("certificate");
        uint256 i = 0;
        for (string memory path = _caseAt("cases", i); bytes(path).length != 0; path = _caseAt("cases", ++i)) {
            string memory name = _string(path, ".name");
            (bool success, bytes memory answer) = address(this)
                .call(
                    abi.encodeCall(
                        this.requireQuorum,
                        (
                            _digest(path),
                            vm.parseJsonAddressArray(_json, string.concat(path, ".validators")),
                            _uint(path, ".signers"),
                            _bytes(path, ".seals")
                        )
                    )
                );
            string memory reason = _errorOf(path);
            assertTrue(success == (bytes(reason).length == 0), name);
            if (!success) assertEq(bytes32(bytes4(answer)), bytes32(_selector(reason)), name);
            uint256[] memory arguments = vm.parseJsonUintArray(_json, string.concat(path, ".errorArgs"));
            for (uint256 a = 0; a < arguments.length; ++a) {
                assertEq(_argument(answer, a), arguments[a], name);
            }
        }
        assertEq(i, 22, "cases read");
    }

    function requireQuorum(bytes32 digest, address[] memory set, uint256 signers, bytes calldata seals) external pure {
        Seals.requireQuorum(digest, set, signers, seals);
    }

    function _errorOf(string memory path) private view returns (string memory) {
        string memory reason = _string(path, ".error");
        return keccak256(bytes(reason)) == keccak256("null") ? "" : reason;
    }

    function _selector(string memory reason) private pure returns (bytes4) {
        bytes32 name = keccak256(bytes(reason));
        if (name == keccak256("BelowQuorum")) return Seals.BelowQuorum.selector;
        if (name == keccak256("SealMismatch")) return Seals.SealMismatch.selector;
        if (name == keccak256("HighS")) return Seals.HighS.selector;
        if (name == keccak256("BadBitmap")) return Seals.BadBitmap.selector;
        if (name == keccak256("BadLength")) return Seals.BadLength.selector;
        revert(string.concat("unknown reason in the vectors: ", reason));
    }

    function _argument(bytes memory answer, uint256 index) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(answer, 0x24), mul(index, 0x20)))
        }
    }
}
