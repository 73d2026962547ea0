import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { selfSigned } from "../../test/certificate.ts";
import { startProxy } from "../../test/proxy.ts";
import { apiFailure, loopback, SECRET_KEY } from "../../test/world.ts";
import { listPops } from "./catalog.ts";
import { type Api, CONNECTIONS, connect } from "./client.ts";

const HOST = "api.scaleway.test";
const certificate = selfSigned(HOST);
const trusted = getCACertificates("default");
const keys: unknown[] = [];
const server = createServer(certificate, (request, response) => {
  keys.push(request.headers["x-auth-token"]);
  response.end(JSON.stringify({ pops: [], total_count: 0 }));
});

let port: number;
let proxy: Awaited<ReturnType<typeof startProxy>>;
let api: Api | undefined;
beforeAll(async () => {
  setDefaultCACertificates([...trusted, certificate.cert]);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
  proxy = await startProxy({ port });
});
beforeEach(() => {
  for (const name of ["https_proxy", "http_proxy", "no_proxy", "HTTP_PROXY", "NO_PROXY"]) vi.stubEnv(name, undefined);
  vi.stubEnv("HTTPS_PROXY", proxy.url);
  keys.length = 0;
  proxy.asked.length = 0;
});
afterEach(async () => {
  await api?.close();
  api = undefined;
  vi.unstubAllEnvs();
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  await proxy.end();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const client = () => {
  api = connect({ baseUrl: `https://${HOST}:${port}`, secretKey: () => SECRET_KEY, userAgent: "tests" });
  return api;
};

test("An API behind a proxy is reached through tunnels, no more than direct connections, and the proxy reads no key", async () => {
  const shared = client();
  await Promise.all(Array.from({ length: 3 * CONNECTIONS }, () => listPops(shared, "fr-par")));
  await listPops(shared, "fr-par");
  expect(keys).toEqual(Array.from({ length: 3 * CONNECTIONS + 1 }, () => SECRET_KEY));
  expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${HOST}:${port}`]));
  expect(proxy.asked.length).toBeLessThanOrEqual(CONNECTIONS);
  expect(proxy.read()).not.toContain(SECRET_KEY);
});

test("An API on this machine is reached without the proxy", async () => {
  vi.stubEnv("HTTP_PROXY", proxy.url);
  const local = await loopback();
  await listPops(local.answering(200, { pops: [], total_count: 0 }), "fr-par");
  await local.end();
  expect(proxy.asked).toEqual([]);
});

test("A host of NO_PROXY is reached without the proxy", async () => {
  vi.stubEnv("NO_PROXY", ".scaleway.test");
  // The name does not resolve.
  expect(await apiFailure(listPops(client(), "fr-par"))).toMatchObject({ transport: "unreachable" });
  expect(proxy.asked).toEqual([]);
});

test("A call that the proxy refuses is never sent, and the proxy's password is not shown", async () => {
  const strict = await startProxy({ port, refusal: 407 });
  vi.stubEnv("HTTPS_PROXY", strict.url.replace("//", "//us:pass0word@"));
  const error = await apiFailure(listPops(client(), "fr-par"));
  await strict.end();
  expect([error.transport, strict.asked.length, keys]).toEqual(["unreachable", 1, []]);
  expect(error.message).toContain("407");
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("pass0word");
});

test("A call through a proxy that does not exist is never sent", async () => {
  const gone = await startProxy({ port });
  await gone.end();
  vi.stubEnv("HTTPS_PROXY", gone.url);
  expect(await apiFailure(listPops(client(), "fr-par"))).toMatchObject({ transport: "unreachable" });
});

test.each(["proxy.corp:3128", "us:pass0word@proxy"])(
  "A proxy setting that is not a URL is refused, and the error does not show it: %s",
  async (set) => {
    vi.stubEnv("HTTPS_PROXY", set);
    await expect(listPops(client(), "fr-par")).rejects.toThrow(
      /^connecting to https:\/\/api\.scaleway\.test:\d+: HTTPS_PROXY or HTTP_PROXY.*\n.*http:\/\/host:port\. \[config-invalid\]$/,
    );
  },
);
