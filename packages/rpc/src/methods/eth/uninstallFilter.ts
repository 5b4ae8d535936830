import { defineMethod } from "../../method.js";
import { bytes } from "../../params/hex.js";

export const ethUninstallFilter = defineMethod("eth_uninstallFilter", [bytes], ({ filters }, id) =>
  filters.uninstall(id),
);
