import type { ChainReader } from "@causeway/chain/chainReader";

/** false on a chain of plain Ethereum's rules, whose blocks nobody here has sealed. */
export async function hasValidators(reader: ChainReader): Promise<boolean> {
  return (await reader.validators(reader.headNumber() + 1)) !== null;
}
