import { connect } from "node:net";

/** Opens a TCP connection and sends nothing. Returns why it failed, or undefined if it succeeded. */
export function unreachable(host: string, port: number, timeoutSeconds: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (reason: string | undefined) => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(timeoutSeconds * 1000, () => end(`no answer within ${timeoutSeconds} s`));
    // For a name with several addresses the error is an AggregateError, whose message is empty.
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.message || error.code || "no answer"));
    socket.once("connect", () => end(undefined));
  });
}
