// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Refuses ETH until told otherwise
contract RefusingRecipient {
    bool public accepting;

    function setAccepting(bool accepting_) external {
        accepting = accepting_;
    }

    /// @dev Makes any call, so that this contract can act for itself.
    function run(address target, bytes calldata call) external payable returns (bytes memory) {
        (bool success, bytes memory answer) = target.call{value: msg.value}(call);
        if (!success) {
            assembly {
                revert(add(answer, 0x20), mload(answer))
            }
        }
        return answer;
    }

    receive() external payable {
        require(accepting, "refused");
    }
}

/// @title Uses up all gas it is given
contract GasBurningRecipient {
    receive() external payable {
        while (true) {}
    }
}

/// @title Returns a megabyte
contract ReturnBombRecipient {
    receive() external payable {
        assembly {
            revert(0, 1000000)
        }
    }
}

/// @title Calls back into a contract while it is being paid
contract ReenteringRecipient {
    address private _callee;
    bytes private _call;
    bool public reentered;

    function prepare(address callee, bytes calldata call) external {
        (_callee, _call) = (callee, call);
    }

    receive() external payable {
        (reentered,) = _callee.call(_call);
    }
}
