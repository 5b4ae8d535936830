import { endToolChain } from "./toolChain.js";

/** What ends with the whole run. */
export const mochaHooks = {
  async afterAll(): Promise<void> {
    await endToolChain();
  },
};
