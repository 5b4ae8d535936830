import { network } from "hardhat";

const { viem } = await network.create();
const counter = await viem.deployContract("Counter", [40n]);
const client = await viem.getPublicClient();
await client.waitForTransactionReceipt({ hash: await counter.write.up([2n]) });
console.log(JSON.stringify({ address: counter.address, count: String(await counter.read.count()) }));
