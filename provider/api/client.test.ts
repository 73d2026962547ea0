import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { apiFailure, loopback, POP, REQUEST_ID, SECRET_KEY } from "../../test/world.ts";
import { listPops } from "./catalog.ts";
import { type Api, connect, noBody } from "./client.ts";
import { createLink, getLink } from "./links.ts";

const LINK = {
  id: POP.TH2,
  name: "l",
  region: "fr-par",
  project_id: POP.DC2,
  organization_id: POP.DC2,
  pop_id: POP.TH2,
  bandwidth_mbps: 50,
  status: "active",
  bgp_v4_status: "disabled",
  bgp_v6_status: "up",
  vlan: 2000,
  enable_route_propagation: false,
};

let server: Awaited<ReturnType<typeof loopback>>;
beforeAll(async () => {
  server = await loopback();
});
afterAll(() => server.end());

const link = (api: Api) => getLink(api, { region: "fr-par", id: POP.TH2 });
const PATH = `/interlink/v1beta1/regions/fr-par/links/${POP.TH2}`;

describe("Calls", () => {
  test("A call contains the key, the user agent, and a body if it has one", async () => {
    const seen: IncomingMessage["headers"][] = [];
    const bodies: string[] = [];
    const api = server.served((request, response) => {
      seen.push(request.headers);
      let text = "";
      request.on("data", (data) => {
        text += data;
      });
      request.on("end", () => {
        bodies.push(text);
        response.end(JSON.stringify(LINK));
      });
    });
    await link(api);
    await createLink(api, "fr-par", { project_id: "p", name: "n", pop_id: "q", bandwidth_mbps: 50, partner_id: "r" });
    expect(seen[0]).toMatchObject({ "x-auth-token": SECRET_KEY, "user-agent": "pulumi-scaleway-interlink/0.0.0" });
    expect(seen[0]).not.toHaveProperty("content-type");
    expect(seen[1]).toMatchObject({ "content-type": "application/json" });
    expect(bodies[0]).toBe("");
    expect(JSON.parse(bodies[1] ?? "")).toEqual({
      project_id: "p",
      name: "n",
      pop_id: "q",
      bandwidth_mbps: 50,
      partner_id: "r",
    });
  });
  test("A call that changes something is sent only once it is confirmed; a read needs no confirmation", async () => {
    const sent: string[] = [];
    server.served((request, response) => {
      sent.push(request.method ?? "");
      response.end(JSON.stringify(LINK));
    });
    let confirm = () => {};
    const beforeChange = () =>
      new Promise<void>((resolve) => {
        confirm = resolve;
      });
    const api = connect({ baseUrl: server.url, secretKey: () => SECRET_KEY, userAgent: "tests", beforeChange });
    const change = api.call("PATCH", PATH, { answer: z.unknown(), body: {} });
    await link(api);
    expect(sent).toEqual(["GET"]);
    confirm();
    await change;
    expect(sent).toEqual(["GET", "PATCH"]);
    await api.close();
  });
  test("A call sends list filters as repeated keys and omits undefined ones", async () => {
    let url: string | undefined;
    const api = server.served((request, response) => {
      url = request.url;
      response.end('{"x":1}');
    });
    await api.call("GET", "/a", {
      answer: z.object({ x: z.number() }),
      query: { tags: ["a b", "c"], ipv6: true, name: undefined },
    });
    expect(url).toBe("/a?tags=a+b&tags=c&ipv6=true");
  });
  test("A call without a key is not sent", async () => {
    let called = false;
    server.served((_, response) => {
      called = true;
      response.end();
    });
    const keyless = connect({
      baseUrl: server.url,
      secretKey: () => {
        throw new Error("no secret key was found");
      },
      userAgent: "t",
    });
    await expect(link(keyless)).rejects.toThrow("no secret key was found");
    await keyless.close();
    expect(called).toBe(false);
  });
});

describe("Debug lines", () => {
  test("A debug line names the call, the status and the request id, never the key", async () => {
    await link(server.answering(200, LINK));
    expect(server.lines).toEqual([`GET ${PATH} -> 200 (request ${REQUEST_ID})`]);
  });
  test("A call without an answer also writes a debug line", async () => {
    await apiFailure(link(server.served((request) => request.socket.destroy())));
    expect(server.lines).toEqual([expect.stringMatching(new RegExp(`^GET ${PATH} -> .`))]);
    expect(server.lines.join()).not.toContain(SECRET_KEY);
  });
  test("A debug line contains the query", async () => {
    await listPops(server.answering(200, { pops: [], total_count: 0 }), "fr-par", { name: "TH2" });
    expect(server.lines[0]).toMatch(/pops\?name=TH2&order_by=name_asc&page=1&page_size=\d+ -> 200/);
  });
});

describe("Answers", () => {
  test("An answer may contain null for unset members", async () => {
    const withNulls = {
      ...LINK,
      vpc_id: null,
      self: null,
      partner: { partner_id: "p", pairing_key: "k", l3_connectivity: null },
    };
    const answer = await link(server.answering(200, withNulls));
    expect(answer).not.toHaveProperty("vpcId");
    expect(answer).not.toHaveProperty("self");
    expect(answer.partner).toEqual({ partnerId: "p", pairingKey: "k" });
  });
  test("An answer is returned in camelCase, without unknown fields", async () => {
    const got = await link(
      server.answering(200, {
        ...LINK,
        new_field: { a: 1 },
        partner: { partner_id: "p", pairing_key: "k", l3_connectivity: true },
      }),
    );
    expect(got).toMatchObject({
      bandwidthMbps: 50,
      bgpV4Status: "disabled",
      tags: [],
      partner: { partnerId: "p", pairingKey: "k" },
    });
    expect(got).not.toHaveProperty("newField");
  });
  test("An answer may have unknown statuses", async () => {
    const got = await link(server.answering(200, { ...LINK, status: "suspended", bgp_v4_status: "idle" }));
    expect(got).toMatchObject({ status: "suspended", bgpV4Status: "idle" });
  });
  test.each(["id", "status", "vlan", "enable_route_propagation", "pop_id"])(
    "An answer without %s is an error that names the field",
    async (field) => {
      const { [field as keyof typeof LINK]: _, ...rest } = LINK;
      const error = await apiFailure(link(server.answering(200, rest)));
      expect(error.message).toMatch(
        new RegExp(
          `GET ${PATH}: unexpected_answer: the answer does not have the documented form: ${field}: .*${REQUEST_ID}`,
        ),
      );
    },
  );
  test("An answer with a field of another type than documented is an error that names the field", async () => {
    const error = await apiFailure(
      listPops(
        server.answering(200, { pops: [{ ...LINK, available_link_bandwidths_mbps: "all" }], total_count: 1 }),
        "fr-par",
      ),
    );
    expect(error.message).toContain("pops.0.available_link_bandwidths_mbps");
  });
  test("An answer that is not JSON counts as broken, since the call may have had an effect", async () => {
    const error = await apiFailure(link(server.answering(200, "<html>")));
    expect([error.transport, error.status]).toEqual(["broken", undefined]);
    expect(error.message).toContain(REQUEST_ID);
  });
  test("An answer may be empty if none is expected", async () => {
    expect(await server.answering(204).call("DELETE", "/a", { answer: noBody })).toBeUndefined();
    await apiFailure(link(server.answering(200)));
  });
  test("A list of several pages is read completely", async () => {
    const pops = Array.from({ length: 5 }, (_, index) => ({ id: String(index), name: "p", region: "fr-par" }));
    const api = server.served((request, response) => {
      const page = Number(new URL(request.url ?? "", "http://x").searchParams.get("page"));
      response.end(JSON.stringify({ pops: pops.slice((page - 1) * 2, page * 2), total_count: 5 }));
    });
    expect((await listPops(api, "fr-par")).map(({ id }) => id)).toEqual(["0", "1", "2", "3", "4"]);
    expect(server.lines).toHaveLength(3);
  });
  test("A list whose pages end before total_count ends there", async () => {
    expect(await listPops(server.answering(200, { pops: [], total_count: 5 }), "fr-par")).toEqual([]);
  });
});

test("An interruption reports each call in progress in the context of that call, also two with the same name", async () => {
  const held: (() => void)[] = [];
  server.served((_, response) => held.push(() => response.end(JSON.stringify(LINK))));
  const interruption = new AbortController();
  const lines: string[] = [];
  const caller = new AsyncLocalStorage<string>();
  const api = connect({
    baseUrl: server.url,
    secretKey: () => SECRET_KEY,
    userAgent: "tests",
    interruption: interruption.signal,
    onHeld: (line) => lines.push(`${caller.getStore()}: ${line}`),
  });
  const calls = ["primary", "secondary"].map((name) => caller.run(name, () => link(api)));
  await expect.poll(() => held.length).toBe(2);
  held[0]?.();
  await Promise.race(calls);
  interruption.abort();
  expect(lines).toEqual([
    expect.stringMatching(/^(primary|secondary): Interrupt received. Waiting for the answer to GET \S+, /),
  ]);
  held[1]?.();
  await Promise.all(calls);
  await api.close();
});
