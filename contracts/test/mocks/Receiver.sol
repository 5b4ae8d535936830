// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMessageReceiver} from "../../src/messaging/IMessageReceiver.sol";

/// @title A target of messages that behaves as told
contract Receiver is IMessageReceiver {
    enum Mode {
        Accept,
        Revert,
        BurnGas,
        ReturnBomb,
        CallBack
    }

    Mode public mode;
    uint256 public calls;
    uint64 public lastNonce;
    uint256 public lastSourceChainId;
    address public lastSender;
    bytes public lastData;
    address public lastCaller;
    uint256 public lastGas;
    address private _callee;
    bytes private _call;

    function behave(Mode mode_) external {
        mode = mode_;
    }

    /// @dev On the next message, makes this call and reverts if it fails.
    function callBack(address callee, bytes calldata call) external {
        mode = Mode.CallBack;
        _callee = callee;
        _call = call;
    }

    function receiveBridgeMessage(uint64 nonce, uint256 sourceChainId, address sender, bytes calldata data) external {
        uint256 gasAtStart = gasleft();
        if (mode == Mode.Revert) revert("refused");
        if (mode == Mode.BurnGas) {
            while (true) {}
        }
        if (mode == Mode.ReturnBomb) {
            assembly {
                revert(0, 1000000)
            }
        }
        if (mode == Mode.CallBack) {
            (bool success,) = _callee.call(_call);
            require(success, "call back failed");
        }
        calls += 1;
        (lastNonce, lastSourceChainId, lastSender, lastData) = (nonce, sourceChainId, sender, data);
        (lastCaller, lastGas) = (msg.sender, gasAtStart);
    }
}
