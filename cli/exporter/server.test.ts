import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type Content, type Server, serve } from "./server.ts";

let server: Server;
const start = async (served: Partial<Content> = {}) => {
  server = await serve(
    { host: "127.0.0.1", port: 0 },
    { metrics: async () => ({ text: "up 1\n", type: "text/plain" }), problem: () => undefined, ...served },
  );
  return server.url;
};
afterEach(() => server.stop());
const get = async (path: string, method = "GET") => {
  const response = await fetch(server.url + path, { method });
  return [response.status, await response.text()];
};
/** A client that connects and sends at most the beginning of a request. */
const silent = async (text = "") => {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  if (text !== "") socket.write(text);
  return socket;
};

describe("The server of an exporter", () => {
  test("serves metrics and health, and lists the valid paths otherwise", async () => {
    await start();
    expect(await get("/metrics")).toEqual([200, "up 1\n"]);
    expect(await get("/healthz")).toEqual([200, "ok\n"]);
    expect(await get("/")).toEqual([404, "Available: /metrics, /healthz\n"]);
    expect(await get("/metrics", "POST")).toEqual([405, "Only GET and HEAD are allowed.\n"]);
    expect(await get("/metrics", "HEAD")).toEqual([200, ""]);
  });

  test("is unhealthy if the values are out of date", async () => {
    await start({ problem: () => "the links of fr-par have not been read yet" });
    expect(await get("/healthz")).toEqual([503, "the links of fr-par have not been read yet\n"]);
  });

  test("disconnects a hanging client, and keeps serving others", async () => {
    await start({ idleMs: 300 });
    const hanging = [await silent(), await silent("GET /metrics HTTP/1.1\r\nHost:")];
    expect(await get("/metrics")).toEqual([200, "up 1\n"]);
    await Promise.all(hanging.map((socket) => (socket.closed ? undefined : once(socket.resume(), "close"))));
  });

  test("stops even if clients hang or do not read their answer", async () => {
    await start({ metrics: async () => ({ text: "x".repeat(30_000_000), type: "text/plain" }), idleMs: 60_000 });
    const clients = [await silent(), await silent("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")];
    await server.stop();
    for (const socket of clients) socket.destroy();
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test("reports an address that cannot be used, and what to do", async () => {
    const { port } = new URL(await start());
    const parts = { metrics: async () => ({ text: "", type: "" }), problem: () => undefined };
    await expect(serve({ host: "127.0.0.1", port: Number(port) }, parts)).rejects.toThrow(
      /listening on 127\.0\.0\.1:\d+: the port is in use.*\n.*--listen/,
    );
    await expect(serve({ host: "192.0.2.1", port: 0 }, parts)).rejects.toThrow(
      /this machine does not have the address/,
    );
  });
});
