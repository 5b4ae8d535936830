/** Which of host and port could not be had, by the system's code: what to change. */
export function listenFault(code: string | undefined): "host" | "port" {
  return code === "EADDRINUSE" || code === "EACCES" ? "port" : "host";
}
