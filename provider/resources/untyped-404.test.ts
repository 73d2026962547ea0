import { describe, expect, test } from "vitest";
import { callsOf, interlink, vpcAttachment } from "../../test/handlers.ts";
import { HOSTED, worldOfFile } from "../../test/world.ts";
import type { ResourceKind } from "./index.ts";

/** Answers of a proxy, or of another service at a wrong API URL: no word of the object that was asked for. */
const BODIES: [string, unknown][] = [
  ["HTML", "<html><body>404 Not Found</body></html>"],
  ["an empty body", undefined],
  ["a message alone", { message: "no Route matched with those values" }],
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
    "with %s does not say that it is gone: read and delete fail, diff uses the last known state",
    async (_, body) => {
      const { id, state, news } = await make(kind);
      const before = seen();
      w.said.length = 0;
      w.calls();
      lost("GET", body);
      await expect(handler.read(w.run(), id, state)).rejects.toThrow(REMEDY);
      await expect(handler.delete(w.run(), id, state)).rejects.toThrow(REMEDY);
      expect((await handler.diff(w.run(), id, state, news)).changes).toBe(false);
      expect(w.said).toEqual([
        expect.stringMatching(/^warning: The API returned an error, so this run uses the last known state/),
      ]);
      expect(w.changes()).toEqual([]);
      expect(seen()).toEqual(before);
    },
  );
  if (kind === "InterLink" || kind === "RoutingPolicy") {
    test.each(BODIES)("with %s to the DELETE itself is an error", async (_, body) => {
      const { id, state } = await make(kind);
      const before = seen();
      lost("DELETE", body);
      await expect(handler.delete(w.run(), id, state)).rejects.toThrow(REMEDY);
      expect(seen()).toEqual(before);
    });
  }
});

test("a VPC or PoP that such a 404 hides is not said to be missing", async () => {
  const { id: linkId } = await w.order({ active: true });
  const vpcId = w.simulator.seed.vpc({ name: "v" }).id;
  w.simulator.control.addFault({ kind: "status", path: "/(vpcs|pops)/[^/]+$", status: 404, times: 99 });
  await expect(vpcAttachment.create(w.run(), { linkId, vpcId })).rejects.toThrow(REMEDY);
  expect((await interlink.check(w.run(), {}, HOSTED)).failures).toEqual([]);
});
