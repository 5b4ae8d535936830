import { defineMethod } from "../../method.js";

export const netListening = defineMethod("net_listening", [], ({ status }) => status.listening());
