/** Calls into the host. A handler that throws is a fault of the host: it surfaces there and is not taken for a peer's. */
export function tellHost(call: () => void): void {
  try {
    call();
  } catch (error) {
    surface(error);
  }
}

/** End the process as an uncaught error, whoever called. */
export function surface(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
