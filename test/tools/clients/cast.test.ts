import assert from "node:assert/strict";
import { getCreateAddress, Interface, id, keccak256, Transaction, ZeroHash } from "ethers";
import { compiledContract } from "../support/compileSolidity.js";
import { cast } from "../support/foundry.js";
import { NOBODY, toolWallet } from "../support/toolAccounts.js";
import { type ToolChain, toolChain } from "../support/toolChain.js";

const STORE = "store(uint256,bytes)";

interface Receipt {
  readonly status: string;
  readonly transactionHash: string;
  readonly blockNumber: string;
  readonly gasUsed: string;
  readonly type: string;
  readonly contractAddress: string | null;
  readonly logs: readonly { readonly topics: readonly string[] }[];
}

describe("cast", () => {
  const probe = compiledContract("Probe");
  const { address: from, privateKey } = toolWallet("cast");
  let chain: ToolChain;
  let contract: string;

  const ask = (command: string, ...args: readonly string[]) => cast(command, "--rpc-url", chain.url, ...args);
  const send = async (...args: readonly string[]) =>
    JSON.parse(await ask("send", "--json", "--private-key", privateKey, ...args)) as Receipt;

  before(async () => {
    chain = await toolChain();
    const receipt = await send("--create", `${probe.bytecode}${"7".padStart(64, "0")}`);
    assert.equal(receipt.status, "0x1");
    contract = receipt.contractAddress as string;
    assert.equal(contract, getCreateAddress({ from, nonce: 0 }).toLowerCase());
  });

  it("sends, and reads what it sent", async () => {
    const sent = await send(contract, STORE, "5", "0xabcd", "--value", "1wei");
    assert.equal(sent.status, "0x1");
    const receipt = JSON.parse(await ask("receipt", "--json", sent.transactionHash)) as Receipt;
    assert.deepEqual([receipt.gasUsed, receipt.logs.length], [sent.gasUsed, 1]);
    assert.equal(await ask("tx", sent.transactionHash, "from"), from);
    const logs = JSON.parse(
      await ask(
        "logs",
        "--json",
        "--address",
        contract,
        "--from-block",
        sent.blockNumber,
        "Stored(address,uint256,bytes)",
      ),
    ) as Receipt["logs"];
    assert.deepEqual(
      logs.map(({ topics }) => topics[0]),
      [id("Stored(address,uint256,bytes)")],
    );
    assert.equal(await ask("call", contract, "slots(uint256)(uint256)", "5"), "2");
    assert.equal(await ask("storage", contract, "0"), `0x${"5".padStart(64, "0")}`);
    assert.equal(await ask("balance", contract), "1");
    assert.equal(await ask("nonce", contract), "1");
    assert.equal(
      await ask("codesize", contract),
      String((await chain.provider.getCode(contract)).length / 2 - 1),
    );
  });

  it("reads blocks, fees and the chain", async () => {
    assert.equal(await ask("chain-id"), String(chain.chainId));
    const block = JSON.parse(await ask("block", "--json", "finalized")) as { number: string; hash: string };
    assert.equal(await ask("block", block.number, "--field", "hash"), block.hash);
    assert.ok(BigInt(await ask("block-number")) >= BigInt(block.number));
    assert.ok(BigInt(await ask("gas-price")) > 0n && BigInt(await ask("base-fee")) > 0n);
    // Foundry asks for the fee history with an integer count.
    const history = JSON.parse(await ask("rpc", "--raw", "eth_feeHistory", '[3,"latest",[20.0]]')) as {
      reward: string[][];
      baseFeePerGas: string[];
    };
    assert.deepEqual([history.reward.map((row) => row.length), history.baseFeePerGas.length], [[1, 1, 1], 4]);
  });

  it("estimates, and says why it cannot", async () => {
    assert.equal(await ask("estimate", NOBODY, "--value", "1", "--from", from), "21000");
    const estimated = BigInt(await ask("estimate", contract, STORE, "6", "0x01", "--from", from));
    const { gasUsed } = await send(contract, STORE, "6", "0x01");
    assert.ok(estimated >= BigInt(gasUsed), `${estimated} for ${gasUsed}`);
    await assert.rejects(ask("estimate", contract, "failWithReason()"), /execution reverted: not today/);
    const data = new Interface(probe.abi).encodeErrorResult("Refused", [from, 9n]);
    await assert.rejects(
      ask("call", contract, "failWithError(uint256)", "9", "--from", from),
      (error: Error) => error.message.includes(data),
    );
  });

  it("asks for an access list, and saves gas by it", async () => {
    const call = [contract, STORE, "9", "0x0102"];
    const output = await ask("access-list", "--from", from, ...call);
    assert.match(output, /^gas used: \d+/m);
    assert.ok(output.toLowerCase().includes(contract), output);
    const listed = await send(...call, "--access-list");
    assert.deepEqual([listed.status, listed.type], ["0x1", "0x2"]);
    const sent = JSON.parse(await ask("tx", "--json", listed.transactionHash)) as { accessList: unknown[] };
    assert.equal(sent.accessList.length, 1);
  });

  it("signs offline and publishes", async () => {
    const { address, privateKey: key } = toolWallet("cast offline");
    assert.equal(await cast("wallet", "address", "--private-key", key), address);
    const raw = await cast(
      ...[
        "mktx",
        "--private-key",
        key,
        "--chain",
        String(chain.chainId),
        "--nonce",
        "0",
        "--gas-limit",
        "21000",
      ],
      ...[
        "--gas-price",
        "10gwei",
        "--priority-gas-price",
        "0",
        "--rpc-url",
        chain.url,
        NOBODY,
        "--value",
        "1",
      ],
    );
    const { hash } = Transaction.from(raw);
    const published = await ask("publish", "--json", raw);
    assert.ok(published.includes(hash as string), published);
    assert.equal((await chain.provider.getTransactionReceipt(hash as string))?.status, 1);
    await assert.rejects(ask("publish", raw), /nonce too low|already known/);
  });

  it("proves an account against the state root", async () => {
    const tag = await ask("block-number");
    const proof = JSON.parse(await ask("proof", contract, ZeroHash, "--block", tag)) as {
      accountProof: string[];
      storageHash: string;
      storageProof: { value: string; proof: string[] }[];
    };
    assert.equal(keccak256(proof.accountProof[0] as string), await ask("block", tag, "--field", "stateRoot"));
    assert.equal(keccak256(proof.storageProof[0]?.proof[0] as string), proof.storageHash);
    assert.equal(BigInt(proof.storageProof[0]?.value ?? 0), BigInt(await ask("storage", contract, "0")));
  });

  it("delegates its account to code (EIP-7702)", async () => {
    const { type, status, logs } = await send(from, STORE, "1", "0x", "--auth", contract);
    assert.deepEqual([type, status, logs.length], ["0x4", "0x1", 1]);
    assert.equal(await ask("code", from), `0xef0100${contract.slice(2)}`);
  });

  it("replays a transaction with its traces", async () => {
    const { transactionHash, gasUsed, status } = await send(contract, "nest()");
    assert.equal(status, "0x1");
    const traces = await ask("run", transactionHash);
    assert.match(traces, /Transaction successfully executed\./);
    assert.ok(traces.includes(`Gas used: ${BigInt(gasUsed)}`), traces);
    assert.match(traces, /→ new /);
    assert.match(traces, /\[Revert\] not today/);
  });
});
