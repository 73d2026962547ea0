import { describe, expect, test } from "vitest";
import { callsOf, interlink, vpcAttachment } from "../../test/handlers.ts";
import { HOSTED, worldOfFile } from "../../test/world.ts";
import type { ResourceKind } from "./index.ts";

/** Answers from a proxy or another service at a wrong API URL. They say nothing about the requested object. */
const BODIES: [string, unknown][] = [
  ["HTML", "<html><body>404 Not Found</body></html>"],
  ["an empty body", undefined],
  ["only a message", { message: "no Route matched with those values" }],
];

type Values = Record<string, unknown>;
interface Made {
  id: string;
  state: Values;
  news: Values;
}
const w = await worldOfFile();

const handlerOf = (kind: ResourceKind) => callsOf(kind);
async function make(kind: ResourceKind): Promise<Made> {
  const { seed } = w.simulator;
  const policy = { prefixFilterIn: ["10.0.0.0/8"], __owner: "p/s/policy" };
  const link = kind === "RoutingPolicy" ? undefined : await w.order({ active: kind !== "InterLink" });
  if (kind === "InterLink" && link) return { id: link.id, state: { ...link.state }, news: HOSTED };
  const linkId = link?.id;
  const attachment = { linkId, vpcId: seed.vpc({ name: "v" }).id };
  const routes = { linkId, routingPolicyV4Id: seed.routingPolicy({ ...policy, name: "p" }).id };
  if (kind === "RoutePropagation") await handlerOf("VpcAttachment").create(w.run(), attachment);
  const news = { RoutingPolicy: policy, VpcAttachment: attachment, RoutePropagation: routes, InterLink: {} }[kind];
  return { ...(await handlerOf(kind).create(w.run(), news)), news };
}
const seen = () => {
  const { links, routingPolicies } = w.simulator.control.snapshot();
  return { links, routingPolicies };
};
const REMEDY = /404[\s\S]*What to do: check the API URL \(apiUrl in the stack configuration, SCW_API_URL\)/;

describe.each(["InterLink", "RoutingPolicy", "VpcAttachment", "RoutePropagation"] as const)("a 404 to a %s", (kind) => {
  const handler = handlerOf(kind);
  const lost = (method: "GET" | "DELETE", body: unknown) =>
    w.simulator.control.addFault({
      kind: "status",
      method,
      status: 404,
      times: 99,
      ...(body !== undefined && { body }),
    });

  test.each(BODIES)(
    "A 404 with %s does not mean gone: read and delete fail, diff uses the last known state",
    async (_, body) => {
      const { id, state, news } = await make(kind);
      const before = seen();
      w.logged.length = 0;
      w.calls();
      lost("GET", body);
      await expect(handler.read(w.run(), id, state)).rejects.toThrow(REMEDY);
      await expect(handler.delete(w.run(), id, state)).rejects.toThrow(REMEDY);
      expect((await handler.diff(w.run(), id, state, news)).changes).toBe(false);
      expect(w.logged).toEqual([
        expect.stringMatching(/^warning: The API returned an error, so this run uses the last known state/),
      ]);
      expect(w.changes()).toEqual([]);
      expect(seen()).toEqual(before);
    },
  );
  if (kind === "InterLink" || kind === "RoutingPolicy") {
    test.each(BODIES)("A 404 with %s to a DELETE is an error", async (_, body) => {
      const { id, state } = await make(kind);
      const before = seen();
      lost("DELETE", body);
      await expect(handler.delete(w.run(), id, state)).rejects.toThrow(REMEDY);
      expect(seen()).toEqual(before);
    });
  }
});

test("A VPC or PoP hidden by an untyped 404 is not reported missing", async () => {
  const { id: linkId } = await w.order({ active: true });
  const vpcId = w.simulator.seed.vpc({ name: "v" }).id;
  w.simulator.control.addFault({ kind: "status", path: "/(vpcs|pops)/[^/]+$", status: 404, times: 99 });
  await expect(vpcAttachment.create(w.run(), { linkId, vpcId })).rejects.toThrow(REMEDY);
  expect((await interlink.check(w.run(), {}, HOSTED)).failures).toEqual([]);
});
