import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

export default buildModule("CounterModule", (m) => {
  const counter = m.contract("Counter", [5n]);
  m.call(counter, "up", [3n]);
  return { counter };
});
