import assert from "node:assert/strict";
import { Common } from "@ethereumjs/common";
import { requireLibrary } from "../../src/engine/ethereumjs/requireLibrary.js";

describe("requireLibrary", () => {
  it("refuses a library whose function is not the one we correct", async () => {
    const { isActivatedEIP } = Common.prototype;
    Common.prototype.isActivatedEIP = () => true;
    try {
      await assert.rejects(requireLibrary(), {
        code: "UnsupportedLibrary",
        message: /^@ethereumjs: Common\.isActivatedEIP is not the function this version corrects/,
      });
    } finally {
      Common.prototype.isActivatedEIP = isActivatedEIP;
    }
  });
});
