import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { selfSigned } from "../../test/certificate.ts";
import { apiFailure, handClock, POP, SECRET_KEY } from "../../test/world.ts";
import { doing } from "../run/explain.ts";
import { connect } from "./client.ts";
import { getLink } from "./links.ts";
import { retry } from "./retry.ts";

test("A call to a server with an untrusted certificate is never sent: it is tried a few times, and the error names the certificate", async () => {
  let served = 0;
  const server = createServer(selfSigned("127.0.0.1"), (_, response) => {
    served += 1;
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api = connect({ baseUrl, secretKey: () => SECRET_KEY, userAgent: "t" });
  const read = () => getLink(api, { region: "fr-par", id: POP.TH2 });
  const error = await apiFailure(read());
  expect([error.transport, error.status]).toEqual(["unreachable", undefined]);
  expect(error.message).toMatch(/self-signed certificate/);
  const clock = handClock();
  await expect(doing("reading", () => retry(clock, read, { evidence: "none", costly: true }))).rejects.toThrow(
    /What to do: check the network, TLS certificates, HTTPS_PROXY and the API URL/,
  );
  expect([clock.pauses.length, served]).toEqual([3, 0]);
  await api.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("An HTTPS call to a server that speaks HTTP is never sent", async () => {
  const server = createHttpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const api = connect({ baseUrl: `https://127.0.0.1:${port}`, secretKey: () => SECRET_KEY, userAgent: "tests" });
  expect(await apiFailure(getLink(api, { region: "fr-par", id: POP.TH2 }))).toMatchObject({ transport: "unreachable" });
  await api.close();
  server.close();
});
