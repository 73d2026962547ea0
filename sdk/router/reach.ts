import { connect } from "node:net";

/** Why nothing answers at a TCP port, or undefined when something does. Nothing is sent. */
export function unreachable(host: string, port: number, timeoutSeconds: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (reason: string | undefined) => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(timeoutSeconds * 1000, () => end(`no answer within ${timeoutSeconds} s`));
    // Of a name with several addresses it is an AggregateError, whose message is empty.
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.message || error.code || "no answer"));
    socket.once("connect", () => end(undefined));
  });
}
