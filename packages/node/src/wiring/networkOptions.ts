import type { NetworkOptions } from "@causeway/network/networkPort";
import { acceptsForkId, activations, forkId } from "@causeway/protocol/forkId";
import { overrides } from "@causeway/protocol/validatorOverride";
import type { NodeMaterial } from "./nodeMaterial.js";

/** What the network is told of config, chain spec and head. */
export function networkOptions({ config, genesis, chain, ports, log }: NodeMaterial): NetworkOptions {
  const { execution, reader } = chain;
  const { listen, bootPeers, allowlist, strangersPerHost } = config.p2p;
  const changes = activations(genesis.config.causeway);
  return {
    identitySeed: ports.readIdentitySeed(config),
    listen,
    bootPeers,
    allowlist,
    chainId: genesis.config.chainId,
    genesisHash: reader.genesisHash,
    overrides: overrides(genesis.config.causeway),
    get forkId() {
      return forkId(reader.genesisHash, changes, execution.head().height);
    },
    acceptsForkId: (remote) => acceptsForkId(reader.genesisHash, changes, execution.head().height, remote),
    maxBlockBytes: genesis.config.causeway.maxBlockBytes,
    strangersPerHost,
    isValidator: (key) => {
      const { validators, nextValidators } = execution.head();
      return validators.includes(key) || nextValidators.includes(key);
    },
    recover: ports.recover,
    log,
  };
}
