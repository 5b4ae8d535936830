import { readFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import type { Address } from "@causeway/protocol/hex";
import { SigningKey, Wallet } from "ethers";

/** The validators' own keys: the test plays their owners, to sign what no honest node would. */
export async function consensusKeys(cluster: Cluster): Promise<ReadonlyMap<Address, SigningKey>> {
  const keys = new Map<Address, SigningKey>();
  for (let i = 1; i <= cluster.options.validators; i++) {
    const json = await readFile(cluster.path(`node-${i}/consensus.json`), "utf8");
    const password = (await readFile(cluster.path(`node-${i}/consensus.password`), "utf8")).trim();
    const wallet = Wallet.fromEncryptedJsonSync(json, password);
    keys.set(wallet.address.toLowerCase() as Address, new SigningKey(wallet.privateKey));
  }
  return keys;
}
