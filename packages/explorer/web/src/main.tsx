import { render } from "preact";
import { App } from "./App.js";
import { startChainStore } from "./chainStore.js";

const root = document.getElementById("app");
if (root !== null) {
  startChainStore();
  render(<App />, root);
}
