import assert from "node:assert/strict";
import { verifyToken } from "../../src/admin/verifyToken.js";
import { signToken } from "../support/signToken.js";

const SECRET = Buffer.alloc(32, 7);
const NOW = 1_800_000_000;

describe("verifyToken", () => {
  const fault = (token: string) => verifyToken(token, SECRET, NOW);
  const ofClaims = (claims: object) => fault(signToken(SECRET, claims));

  it("takes a token issued up to a minute ago or ahead, and none beyond", () => {
    for (const iat of [NOW, NOW - 60, NOW + 60]) assert.equal(ofClaims({ iat }), null);
    assert.equal(ofClaims({ iat: NOW - 61 }), "stale token: iat is more than 60 s ago");
    assert.equal(ofClaims({ iat: NOW + 61 }), "future token: iat is more than 60 s ahead");
    assert.equal(ofClaims({ iat: NOW, id: "client", clv: "v1", exp: NOW + 1 }), null);
    assert.equal(ofClaims({ iat: NOW, exp: NOW }), "expired token: exp has passed");
  });

  it("says what is wrong with any other", () => {
    assert.equal(ofClaims({}), "missing issued-at: the token has no iat");
    assert.equal(ofClaims({ iat: `${NOW}` }), "malformed token: iat is no number");
    assert.equal(ofClaims({ iat: NOW, exp: "later" }), "malformed token: exp is not a number");
    assert.equal(
      fault(signToken(Buffer.alloc(32, 8), { iat: NOW })),
      "wrong signature: the token is signed with another secret",
    );
    for (const alg of ["none", "HS384", "RS256", undefined]) {
      assert.equal(
        fault(signToken(SECRET, { iat: NOW }, { alg })),
        "unsupported algorithm: tokens are signed with HS256",
      );
    }
    for (const token of ["", "a", "a.b", "a.b.c.d"]) {
      assert.equal(fault(token), "malformed token: want three parts between dots", token);
    }
    assert.equal(fault("a.b!.c"), "malformed token: a part is not base64url");
  });

  it("takes no token whose claims were changed after it was signed", () => {
    const [header, , signature] = signToken(SECRET, { iat: NOW - 100 }).split(".");
    const claims = Buffer.from(JSON.stringify({ iat: NOW })).toString("base64url");
    assert.match(fault(`${header}.${claims}.${signature}`) ?? "", /^wrong signature/);
  });
});
