import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiFailure, loopback, POP, REQUEST_ID, SECRET_KEY } from "../../test/world.ts";
import { getPop } from "./catalog.ts";
import { type Api, connect } from "./client.ts";
import { getLink } from "./links.ts";
import { linkSchema } from "./wire.ts";

let server: Awaited<ReturnType<typeof loopback>>;
beforeAll(async () => {
  server = await loopback();
});
afterAll(() => server.end());

const link = (api: Api) => getLink(api, { region: "fr-par", id: POP.TH2 });
const PATH = `/interlink/v1beta1/regions/fr-par/links/${POP.TH2}`;

describe("Error answers", () => {
  test.each<[string, number, unknown, RegExp]>([
    [
      "404",
      404,
      { type: "not_found", message: "resource is not found", resource: "link" },
      /404 not_found: resource is not found/,
    ],
    [
      "400 with details",
      400,
      {
        type: "invalid_arguments",
        message: "invalid",
        details: [{ argument_name: "name", reason: "format", help_message: "too long" }],
      },
      /argument_name "name", reason "format", help_message "too long"/,
    ],
    [
      "403 with details",
      403,
      { type: "permissions_denied", message: "no", details: [{ resource: "link", action: "write" }] },
      /resource "link", action "write"/,
    ],
    [
      "401",
      401,
      { type: "denied_authentication", message: "no", method: "api_key", reason: "expired" },
      /401 denied_authentication: no; reason: expired/,
    ],
    ["409", 409, { type: "transient_state", current_state: "configuring" }, /current state: configuring/],
    [
      "412 with its precondition",
      412,
      { type: "precondition_failed", message: "no", precondition: "resource_still_in_use", help_message: "detach it" },
      /412 precondition_failed: no; precondition: resource_still_in_use; detach it/,
    ],
    [
      "an expiry",
      410,
      { type: "expired", message: "m", resource: "link", expired_since: "2026-11-01T00:00:00.000000Z" },
      /410 expired: m; resource: link; expired since: 2026-11-01/,
    ],
    [
      "a typed body with unset or malformed members",
      409,
      { type: "transient_state", message: "m", resource: null, resource_id: 5, details: ["x"], fields: { name: "y" } },
      /409 transient_state: m \(request/,
    ],
    [
      "an old body",
      400,
      { type: "invalid_request_error", message: "m", fields: { name: ["is taken", "is long"] } },
      /m; name: is taken, is long/,
    ],
    ["text", 503, "upstream connect error", /503: upstream connect error/],
    ["a body of another shape", 500, { message: 5 }, /500: \{"message":5\}/],
    ["JSON that is not an object", 500, "null", /500: null/],
    ["an empty 429", 429, "", /429 \(request/],
  ])("The error for %s contains the API's message and the request id", async (_, status, body, expected) => {
    const error = await apiFailure(link(server.answering(status, body)));
    expect(error.message).toMatch(expected);
    expect(error.message).toContain(`GET ${PATH}: `);
    expect(error.message).toContain(`(request ${REQUEST_ID})`);
    expect(error.status).toBe(status);
  });
  test("A long error text is shortened", async () => {
    expect((await apiFailure(link(server.answering(500, "x".repeat(9999))))).message.length).toBeLessThan(600);
  });
  test.each([
    ["2", 2000],
    ["0", 0],
    ["Wed, 21 Oct 2026 07:28:00 GMT", undefined],
    ["-1", undefined],
  ])("A Retry-After of %s is read as %s ms", async (header, ms) => {
    expect((await apiFailure(link(server.answering(429, "", { "retry-after": header })))).retryAfterMs).toBe(ms);
  });
  test.each([
    // A proxy or a wrong API URL also returns this for links that exist and are billed.
    [404, "", false],
    [404, { type: "not_found" }, true],
    [400, { type: "unknown_resource", message: 'Some kind "x"' }, true],
    [403, { type: "permissions_denied" }, false],
    [503, "", false],
  ])("Whether an answer of %i %j means that the object does not exist: %s", async (status, body, gone) => {
    expect((await apiFailure(link(server.answering(status, body)))).notFound).toBe(gone);
  });
});

describe("Missing answers", () => {
  test("A call whose connection is cut may have had an effect", async () => {
    expect((await apiFailure(link(server.served((request) => request.socket.destroy())))).transport).toBe("broken");
  });
  test("A call that is cut in the middle of its answer may have had an effect", async () => {
    const error = await apiFailure(
      link(
        server.served((_, response) => {
          response.writeHead(200, { "content-length": "1000" });
          response.write("{", () => response.destroy());
        }),
      ),
    );
    expect(error.transport).toBe("broken");
  });
  test.each([
    ["headers", () => {}],
    ["rest of the body", (_: IncomingMessage, response: ServerResponse) => response.writeHead(200).write("{")],
  ])("An answer whose %s come too late is a timeout", async (_, by) => {
    const error = await apiFailure(
      server.served(by).call("GET", "/slow", { answer: linkSchema, timeoutSeconds: 0.02 }),
    );
    expect([error.transport, error.status]).toEqual(["timeout", undefined]);
  });
  test("A port where nothing listens is unreachable: the call cannot have had an effect", async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    server.served(() => {});
    const nobody = connect({ baseUrl: `http://127.0.0.1:${port}`, secretKey: () => SECRET_KEY, userAgent: "t" });
    expect((await apiFailure(getPop(nobody, { region: "fr-par", id: POP.TH2 }))).transport).toBe("unreachable");
    await nobody.close();
  });
});
