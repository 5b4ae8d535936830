import { defineMethod } from "../../method.js";
import { opaqueId } from "../../params/opaqueId.js";

export const ethUninstallFilter = defineMethod("eth_uninstallFilter", [opaqueId], ({ filters }, id) =>
  filters.uninstall(id),
);
