import type { Address, Hex } from "@causeway/protocol/hex";

/**
 * The deterministic deployment proxy: called with salt ‖ init code it deploys by CREATE2, so that a contract has one
 * address on every chain. Foundry, Safe and others expect it there; its own pre-signed deployment carries no chain id
 * (EIP-155), which the pool refuses, so new chains begin with it.
 */
export const DEPLOYMENT_PROXY: { readonly address: Address; readonly code: Hex } = {
  address: "0x4e59b44847b379578588920ca78fbf26c0b4956c",
  code: "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3",
};
