import { formatForkConfiguration } from "../../format/forkConfiguration.js";
import { defineMethod } from "../../method.js";

/** EIP-7910. On a chain of Causeway's one fork holds from genesis and none is scheduled (H2). */
export const ethConfig = defineMethod("eth_config", [], async ({ reader }) => {
  const { current, next, last } = await reader.forkConfigurations();
  return {
    current: formatForkConfiguration(current, reader.chainId),
    next: next && formatForkConfiguration(next, reader.chainId),
    last: last && formatForkConfiguration(last, reader.chainId),
  };
});
