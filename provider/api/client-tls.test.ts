import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { apiFailure, handClock, POP, SECRET_KEY } from "../../test/world.ts";
import { doing } from "../errors.ts";
import { persist } from "../repeat.ts";
import { connect } from "./client.ts";
import { getLink } from "./links.ts";

/** One DER value. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
const SEQUENCE = 0x30;
const time = (text: string) => der(0x17, Buffer.from(text));

/** A certificate for 127.0.0.1 that nobody vouches for, made anew in each run so that no key is kept. */
function selfSigned(from: string, until: string) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = der(SEQUENCE, Buffer.from("06082a8648ce3d040302", "hex"));
  const commonName = der(SEQUENCE, Buffer.from("0603550403", "hex"), der(0x0c, Buffer.from("127.0.0.1")));
  const name = der(SEQUENCE, der(0x31, commonName));
  const facts = der(
    SEQUENCE,
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    der(SEQUENCE, time(from), time(until)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", facts, privateKey));
  const body = der(SEQUENCE, facts, ecdsaWithSha256, signature).toString("base64");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
    cert: `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`,
  };
}

test("a certificate that is not trusted: nothing was sent, so it is tried a few times, and the user is pointed to it", async () => {
  let served = 0;
  const server = createServer(selfSigned("260101000000Z", "490101000000Z"), (_, response) => {
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
  await expect(doing("reading", () => persist(clock, read, { evidence: "none", costly: true }))).rejects.toThrow(
    /What to do: check the network, TLS certificates and the API URL/,
  );
  expect([clock.pauses.length, served]).toEqual([3, 0]);
  await api.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("https asked of a server that speaks http: nothing was sent either", async () => {
  const server = createHttpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const api = connect({ baseUrl: `https://127.0.0.1:${port}`, secretKey: () => SECRET_KEY, userAgent: "tests" });
  expect(await apiFailure(getLink(api, { region: "fr-par", id: POP.TH2 }))).toMatchObject({ transport: "unreachable" });
  await api.close();
  server.close();
});
