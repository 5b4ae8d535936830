import assert from "node:assert/strict";
import { recoverAuthority } from "@causeway/chain/codec/recoverAuthority";
import { Wallet, ZeroAddress } from "ethers";
import { authorizationList } from "../../src/params/authorizationList.js";
import { CHAIN_ID, FUNDED_KEYS } from "../support/liveChain.js";

const hex = (value: number | bigint) => `0x${value.toString(16)}`;

describe("authorizations of a call", () => {
  const signer = new Wallet(FUNDED_KEYS[0] ?? "");
  const authority = (parity: Readonly<Record<string, string>>, nonce = 0) => {
    const authorization = signer.authorizeSync({ address: ZeroAddress, chainId: CHAIN_ID, nonce });
    const { r, s } = authorization.signature;
    const fields = {
      chainId: hex(CHAIN_ID),
      address: ZeroAddress,
      nonce: hex(nonce),
      r: hex(BigInt(r)),
      s: hex(BigInt(s)),
    };
    const [parsed] = authorizationList.parse([{ ...fields, ...parity }]);
    return parsed === undefined ? assert.fail("one was given") : recoverAuthority(parsed);
  };
  const parityOf = (nonce: number) =>
    signer.authorizeSync({ address: ZeroAddress, chainId: CHAIN_ID, nonce }).signature.yParity;
  /** Of both parities. */
  const nonces = [0, 1].map(
    (parity) => [...Array(64).keys()].find((nonce) => parityOf(nonce) === parity) ?? 0,
  );

  it("are of their signer by yParity, by v of 0 and 1, and by v of 27 and 28", () => {
    for (const [parity, nonce] of nonces.entries()) {
      for (const given of [{ yParity: hex(parity) }, { v: hex(parity) }, { v: hex(27 + parity) }]) {
        assert.equal(authority(given, nonce), signer.address.toLowerCase(), JSON.stringify(given));
      }
      assert.equal(
        authority({ yParity: hex(parity), v: hex(28 - parity) }, nonce),
        signer.address.toLowerCase(),
      );
    }
  });

  it("are nobody's by any other parity, as in geth", () => {
    for (const given of [
      { yParity: "0x1b" },
      { yParity: "0x2" },
      { v: "0x2" },
      { v: "0x1d" },
      { v: "0x25" },
    ]) {
      for (const nonce of nonces) assert.equal(authority(given, nonce), null, JSON.stringify(given));
    }
  });
});
