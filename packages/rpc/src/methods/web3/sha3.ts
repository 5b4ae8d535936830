import { keccak256 } from "ethers";
import { defineMethod } from "../../method.js";
import { bytes } from "../../params/hex.js";

export const web3Sha3 = defineMethod("web3_sha3", [bytes], (_context, data) => keccak256(data));
