import { FakeChain } from "./fakes/fakeChain.js";
import { TestNetwork } from "./support/testNetwork.js";
import { waitFor } from "./support/waitFor.js";

describe("four hosts over real sockets, with chains that execute nothing", function () {
  this.timeout(40_000);
  let network: TestNetwork;

  afterEach(() => network.destroy());

  it("finalize blocks", async () => {
    const chains = new Map<number, FakeChain>();
    network = await TestNetwork.create({
      validators: 4,
      ports: (index) => ({
        openChain: async () => {
          const set = network.keys.flatMap(({ addresses }) => [...addresses]);
          const chain = new FakeChain(network.genesisHash, set, chains.get(index)?.finalized);
          chains.set(index, chain);
          return chain;
        },
      }),
    });
    await network.startAll();
    await waitFor("height 3 everywhere", () =>
      [...chains.values()].every((chain) => chain.head().height >= 3),
    );
  });
});
