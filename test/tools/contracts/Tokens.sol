// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit, Nonces} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {ERC721, ERC721Enumerable} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Enumerable.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {ERC1155Supply} from "@openzeppelin/contracts/token/ERC1155/extensions/ERC1155Supply.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

contract VotesToken is ERC20, ERC20Permit, ERC20Votes {
    constructor(uint256 supply) ERC20("Votes", "VOTE") ERC20Permit("Votes") {
        _mint(msg.sender, supply);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }

    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }
}

contract Collectible is ERC721Enumerable {
    constructor() ERC721("Collectible", "COLL") {}

    function mint(address to, uint256 id) external {
        _safeMint(to, id);
    }
}

contract CollectibleHolder is ERC721Holder {}

contract Items is ERC1155Supply {
    constructor() ERC1155("ipfs://{id}") {}

    function mint(address to, uint256[] calldata ids, uint256[] calldata amounts) external {
        _mintBatch(to, ids, amounts, "");
    }
}

contract Airdrop {
    using BitMaps for BitMaps.BitMap;

    error NotInTree();
    error AlreadyClaimed();

    bytes32 public immutable root;
    ERC20 public immutable token;
    BitMaps.BitMap private _claimed;

    constructor(bytes32 root_, ERC20 token_) {
        root = root_;
        token = token_;
    }

    function claim(uint256 index, address to, uint256 amount, bytes32[] calldata proof) external {
        if (_claimed.get(index)) revert AlreadyClaimed();
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(index, to, amount))));
        if (!MerkleProof.verifyCalldata(proof, root, leaf)) revert NotInTree();
        _claimed.set(index);
        token.transfer(to, amount);
    }
}
