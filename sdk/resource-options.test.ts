import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { PARTNER, POP } from "../test/world.ts";
import { InterLink, RedundantInterLink, RoutingPolicy } from "./index.ts";
import { ignoredByChild } from "./redundant-ignored.ts";

const registered = new Map<string, Record<string, unknown>>();
beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      registered.set(`${type.split(":").at(-1)} ${name}`, inputs);
      return { id: "c533d379-a8c5-43f4-a7cc-ef3d25d2a047", state: inputs };
    },
    call: () => ({}),
  });
});
const order = { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 };
async function inputsOf(key: string, make: () => InterLink | RoutingPolicy) {
  const { urn } = make();
  await new Promise((resolve) => urn.apply(resolve));
  return registered.get(key);
}

test("ignoreChanges reaches the provider as top-level property names, for every form of path", async () => {
  const ignoreChanges = ["tags[0]", '["name"]', "tags", "bandwidthMbps"];
  const inputs = await inputsOf("InterLink a", () => new InterLink("a", order, { ignoreChanges }));
  expect(inputs).toMatchObject({ __ignoreChanges: ["tags", "name", "bandwidthMbps"] });
});

test("ignoreChanges: ['*'] becomes a list of all inputs, so that hidden inputs still change", async () => {
  const inputs = await inputsOf(
    "RoutingPolicy b",
    () => new RoutingPolicy("b", { prefixFilterIn: ["10.0.0.0/8"] }, { ignoreChanges: ["*"] }),
  );
  expect(inputs?.__ignoreChanges).toEqual(
    expect.arrayContaining(["prefixFilterIn", "prefixFilterOut", "name", "tags"]),
  );
});

test("customTimeouts reaches the provider in seconds", async () => {
  const customTimeouts = { create: "1h30m", update: "90s" };
  const inputs = await inputsOf("InterLink c", () => new InterLink("c", order, { customTimeouts }));
  expect(inputs).toMatchObject({ __timeouts: { create: 5400, update: 90 } });
});

test("A resource without ignoreChanges and customTimeouts has no hidden input for them", async () => {
  const inputs = await inputsOf("InterLink d", () => new InterLink("d", order, { ignoreChanges: [] }));
  expect(Object.keys(inputs ?? {}).filter((name) => name.startsWith("__"))).toEqual(["__owner", "__provider"]);
});

test.each<[string, Partial<ReturnType<typeof ignoredByChild>>]>([
  ["primary.tags", { primary: ["tags"] }],
  ["secondary", { secondary: ["*"] }],
  ['primary["bandwidthMbps"]', { primary: ["bandwidthMbps"] }],
  ["allowedRoutes.ipv4.in[0]", { ipv4: ["prefixFilterIn"] }],
  ["allowedRoutes.ipv6", { ipv6: ["prefixFilterIn", "prefixFilterOut"] }],
  ["allowedRoutes.*.out", { ipv4: ["prefixFilterOut"], ipv6: ["prefixFilterOut"] }],
  ["vpcId", { attachment: ["vpcId"] }],
  ["enabled", { routes: ["enabled"] }],
  ["routingPolicyV4Id", { routes: ["routingPolicyV4Id"] }],
  ["timeoutSeconds", {}],
])("RedundantInterLink passes ignoreChanges %s to the right children", (path, expected) => {
  const none = { primary: [], secondary: [], attachment: [], routes: [], ipv4: [], ipv6: [] };
  expect(ignoredByChild([path])).toEqual({ ...none, ...expected });
});

test("The children of a RedundantInterLink receive its ignoreChanges", async () => {
  const line = new RedundantInterLink(
    "line",
    {
      vpcId: "fr-par/11111111-2222-4333-8444-555555555555",
      primary: order,
      secondary: { ...order, popId: POP.DC3 },
      allowedRoutes: { ipv4: { in: ["10.10.0.0/16"] } },
    },
    { ignoreChanges: ["primary.tags", "allowedRoutes", "enabled"] },
  );
  await new Promise((resolve) => pulumi.all([line.secondary.routes.urn, line.primary.routes.urn]).apply(resolve));
  expect(registered.get("InterLink line-primary")).toHaveProperty("__ignoreChanges", ["tags"]);
  expect(registered.get("InterLink line-secondary")).not.toHaveProperty("__ignoreChanges");
  expect(registered.get("RoutingPolicy line-ipv4")).toHaveProperty("__ignoreChanges", [
    "prefixFilterIn",
    "prefixFilterOut",
  ]);
  expect(registered.get("RoutePropagation line-secondary")).toHaveProperty("__ignoreChanges", ["enabled"]);
  expect(registered.get("VpcAttachment line-primary")).not.toHaveProperty("__ignoreChanges");
});
