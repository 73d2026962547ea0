/** An HTTP proxy on loopback that connects every host name to one local server. */
import { once } from "node:events";
import { createServer, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** Starts the proxy. `port` is the local server's. With `refusal`, it answers each CONNECT with this status. */
export async function startProxy({ port, refusal }: { port: number; refusal?: number }) {
  const asked: string[] = [];
  const passed: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    const { method, url = "", headers } = incoming;
    asked.push(`${method} ${url}`);
    passed.push(JSON.stringify(headers));
    const { pathname, search } = new URL(url);
    const onwards = request({ port, method, path: pathname + search, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onwards);
  });
  server.on("connect", ({ method, url, headers }, near: Socket, head: Buffer) => {
    asked.push(`${method} ${url}`);
    passed.push(JSON.stringify(headers));
    if (refusal) return near.end(`HTTP/1.1 ${refusal} Refused\r\n\r\n`);
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      open.add(socket.on("error", () => {}));
      socket.on("close", () => [near, far].map((end) => end.destroy()));
    }
    near.write("HTTP/1.1 200 OK\r\n\r\n");
    near.on("data", (data) => passed.push(data.toString("latin1")));
    far.write(head);
    near.pipe(far).pipe(near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Requests to the proxy: `CONNECT host:port`, `GET http://host/path`. */
    asked,
    /** Everything that the proxy could read from clients: headers, and bytes in tunnels. */
    read: () => passed.join("\n"),
    async end() {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
