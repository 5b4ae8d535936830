// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Takes one percent of every transfer
contract FeeToken is ERC20("Fee", "FEE") {
    constructor() {
        _mint(msg.sender, 1_000_000);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (from == address(0)) return super._update(from, to, value);
        super._update(from, to, value - value / 100);
        super._update(from, address(0xfee), value / 100);
    }
}

/// @title Answers transfers with nothing, like the oldest tokens
contract SilentToken {
    mapping(address owner => uint256) public balanceOf;

    constructor() {
        balanceOf[msg.sender] = 1_000_000;
    }

    function transfer(address to, uint256 value) external {
        _move(msg.sender, to, value);
    }

    function transferFrom(address from, address to, uint256 value) external {
        _move(from, to, value);
    }

    function _move(address from, address to, uint256 value) private {
        balanceOf[from] -= value;
        balanceOf[to] += value;
    }
}

/// @title Its transfers out can be made to misbehave after a deposit
contract MoodyToken is ERC20("Moody", "MOOD") {
    enum Mood {
        Good,
        Revert,
        AnswerFalse,
        AnswerTwo,
        AnswerShort,
        BurnGas,
        ReturnBomb,
        Reenter
    }

    Mood public mood;
    bool public reentered;
    address private _callee;
    bytes private _call;

    constructor() {
        _mint(msg.sender, 1_000_000);
    }

    function set(Mood mood_) external {
        mood = mood_;
    }

    function reenter(address callee, bytes calldata call) external {
        (mood, _callee, _call) = (Mood.Reenter, callee, call);
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        if (mood == Mood.Revert) revert("moody");
        if (mood == Mood.AnswerFalse) return false;
        if (mood == Mood.AnswerTwo) _answer(2, 32);
        if (mood == Mood.AnswerShort) _answer(1 << 248, 1);
        if (mood == Mood.BurnGas) {
            while (true) {}
        }
        if (mood == Mood.ReturnBomb) _answer(1, 1_000_000);
        return super.transfer(to, value);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        if (mood == Mood.Reenter) (reentered,) = _callee.call(_call);
        return super.transferFrom(from, to, value);
    }

    function _answer(uint256 word, uint256 length) private pure {
        assembly {
            mstore(0, word)
            return(0, length)
        }
    }
}

/// @title Answers metadata questions with the bytes it was given
contract MetadataToken is ERC20("", "") {
    enum Failure {
        None,
        Revert,
        BurnGas
    }

    bytes private _nameAnswer;
    bytes private _symbolAnswer;
    bytes private _decimalsAnswer;
    Failure private _failure;

    constructor() {
        _mint(msg.sender, 1_000_000);
    }

    function answer(bytes calldata name_, bytes calldata symbol_, bytes calldata decimals_) external {
        (_nameAnswer, _symbolAnswer, _decimalsAnswer) = (name_, symbol_, decimals_);
    }

    function fail(Failure failure) external {
        _failure = failure;
    }

    function name() public view override returns (string memory) {
        _reply(_nameAnswer);
    }

    function symbol() public view override returns (string memory) {
        _reply(_symbolAnswer);
    }

    function decimals() public view override returns (uint8) {
        _reply(_decimalsAnswer);
    }

    function _reply(bytes memory raw) private view {
        if (_failure == Failure.Revert) revert("no metadata");
        if (_failure == Failure.BurnGas) {
            while (true) {}
        }
        assembly {
            return(add(raw, 0x20), mload(raw))
        }
    }
}

/// @title Accepts any call, permit included, like WETH's fallback
contract PhantomPermitToken is ERC20("Phantom", "PHM") {
    constructor() {
        _mint(msg.sender, 1_000_000);
    }

    fallback() external {}
}
