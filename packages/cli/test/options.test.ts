import assert from "node:assert/strict";
import { InvalidArgumentError } from "commander";
import { address, integer, port, url, urls } from "../src/options.js";

const refused = (parse: () => unknown) => assert.throws(parse, InvalidArgumentError);

describe("options", () => {
  it("integer takes its bounds and nothing beyond or beside them", () => {
    const parse = integer(1, 64);
    assert.deepEqual(["1", "64"].map(parse), [1, 64]);
    for (const bad of ["0", "65", "-1", "1.5", "1e1", "0x10", "", " 1", "4 "]) refused(() => parse(bad));
  });

  it("port is 1 to 65535", () => {
    assert.equal(port("65535"), 65_535);
    for (const bad of ["0", "65536"]) refused(() => port(bad));
  });

  it("address is lower case afterwards", () => {
    assert.equal(address(`0x${"Ab".repeat(20)}`), `0x${"ab".repeat(20)}`);
    for (const bad of ["0x12", "ab".repeat(20), `0x${"zz".repeat(20)}`, ""]) refused(() => address(bad));
  });

  it("url is http, which is how every command asks", () => {
    assert.equal(url("http://127.0.0.1:8545"), "http://127.0.0.1:8545");
    for (const bad of ["ws://127.0.0.1:8545", "ftp://x", "127.0.0.1:8545", "", "file:///etc/passwd"])
      refused(() => url(bad));
    assert.deepEqual(urls("https://b", urls("http://a")), ["http://a", "https://b"]);
  });
});
