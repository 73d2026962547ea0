import * as pulumi from "@pulumi/pulumi";
import { RedundantInterLink, type RedundantInterLinkArgs } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// The component: both links are ordered at once, and traffic is touched one leg after the other.
let stack: Deployment;
let vpc: { old: string; new: string };

const legs = {
  primary: { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 },
  secondary: { popId: POP.DC3, partnerId: PARTNER.freePro, bandwidthMbps: 50 },
};
const allowedRoutes = { ipv4: { in: ["10.10.0.0/16"], out: ["172.16.0.0/22"] }, ipv6: { in: ["2001:db8:10::/48"] } };
const made = (change: Partial<RedundantInterLinkArgs> = {}, opts?: pulumi.ComponentResourceOptions, name = "line") => {
  const args = { ...legs, vpcId: vpc.old, allowedRoutes, whenNotActive: "defer", ...change } as const;
  const { health, nextSteps, summary, pairingKeys } = new RedundantInterLink(name, args, opts);
  return { health, nextSteps, summary, pairingKeys };
};

beforeAll(async () => {
  stack = await deployment({ simulator: { partner: { deprovisionAfterSeconds: 0 } } });
  vpc = { old: stack.simulator.seed.vpc({ name: "old" }).id, new: stack.simulator.seed.vpc({ name: "new" }).id };
});
afterAll(() => stack.end());

/** The changes of live links that `work` made, leg by leg in the order of their calls. */
async function touched(work: () => Promise<unknown>): Promise<{ leg: string; call: string }[]> {
  const requests = await stack.requestsOf(work);
  const legOf = new Map(stack.control.snapshot().links.map(({ id, name }) => [id, name.split("-")[1] ?? name]));
  return requests.flatMap((request) => {
    const [, id = "", call = ""] = /^(?:POST|PATCH|DELETE) \S+\/links\/([0-9a-f-]+)\/?(\S*)$/.exec(request) ?? [];
    return id === "" ? [] : [{ leg: legOf.get(id) ?? id, call }];
  });
}

/** Each leg once, in the order in which they were first touched: two legs in turn would make it longer. */
const turns = (calls: { leg: string }[]) =>
  calls.map(({ leg }) => leg).filter((leg, index, all) => index === 0 || leg !== all[index - 1]);

test("one PoP for both, known only while the program runs: one error, and no link is ordered", async () => {
  const popId = pulumi.output(Promise.resolve(POP.TH2));
  stack.program(() => made({ primary: { ...legs.primary, popId }, secondary: { ...legs.secondary, popId } }));
  for (const run of [stack.previewFails, stack.upFails]) {
    const { output } = await run();
    expect(output).toContain(
      `RedundantInterLink "line": both links are at PoP ${POP.TH2}, so they would fail together`,
    );
    expect(output).not.toMatch(/\n\s+at .+:\d+/);
  }
  expect(stack.control.snapshot().links).toEqual([]);
});

test("Monday: both links are ordered at the same time, and the run ends well", async () => {
  stack.program(() => made());
  stack.control.addFault({ method: "POST", path: "/links$", kind: "latency", ms: 1500, times: 2 });
  await stack.up();
  const outputs = await stack.outputs();
  const orders = stack.control.requests().filter(({ method, path }) => method === "POST" && path.endsWith("/links"));
  const [first, second] = orders;
  expect(orders).toHaveLength(2);
  expect(second?.startedMs, "the second order came before the first was answered").toBeLessThan(
    (first?.startedMs ?? 0) + (first?.durationMs ?? 0),
  );
  expect(outputs.health?.value).toBe("provisioning");
  expect(outputs.nextSteps?.value.primary).toMatch(/^By \d+ \w+, give the pairing key to FranceIX: /);
  expect(outputs.nextSteps?.value.secondary).toMatch(/^By \d+ \w+, give the pairing key to FreePro: /);
  expect(outputs.pairingKeys?.secret).toBe(true);
});

test("Thursday: the secondary's partner is done first, and its routes open", async () => {
  stack.control.accept(stack.link("line-secondary").id);
  stack.control.provision(stack.link("line-secondary").id);
  const { changes } = await stack.up();
  const outputs = await stack.outputs();
  expect(changes).toEqual({ "VpcAttachment line-secondary": "update", "RoutePropagation line-secondary": "update" });
  expect(outputs.health?.value).toBe("degraded");
  expect(outputs.nextSteps?.value).toMatchObject({
    primary: expect.stringContaining("give the pairing key"),
    secondary: "Nothing to do: the link is Active and route propagation is enabled.",
  });
});

test("Friday: redundant", async () => {
  stack.control.accept(stack.link("line-primary").id);
  stack.control.provision(stack.link("line-primary").id);
  await stack.up();
  const outputs = await stack.outputs();
  expect(outputs.health?.value).toBe("redundant");
  expect(stack.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, withdrawals: [] });
  await stack.preview({ expectNoChanges: true });
});

test("another VPC while the primary is down: the secondary goes on carrying traffic, until both can move", async () => {
  const { id } = stack.link("line-primary");
  for (const family of ["ipv4", "ipv6"] as const) stack.control.setSession(id, family, "down");
  stack.program(() => made({ vpcId: vpc.new }));
  let output = "";
  const calls = await touched(async () => {
    ({ output } = await stack.up({ refresh: true }));
  });
  expect(calls).toEqual([]);
  expect(output).toContain(`VpcAttachment "line-secondary" is deferred: InterLink ${id} cannot change its VPC yet`);
  expect(stack.control.counters().withdrawals).toEqual([]);
  expect((await stack.preview()).changes).toEqual({});
  for (const family of ["ipv4", "ipv6"] as const) stack.control.setSession(id, family, "up");
});

test("another VPC: the primary first, the secondary once the primary's routes are open again", async () => {
  stack.program(() => made({ vpcId: vpc.new }));
  const calls = await touched(() => stack.up());
  expect(turns(calls)).toEqual(["primary", "secondary"]);
  const { withdrawals } = stack.control.counters();
  const timesOf = (leg: string) => withdrawals.filter(({ linkId }) => linkId === stack.link(leg).id);
  const ends = timesOf("line-primary").map(({ until }) => until ?? Number.POSITIVE_INFINITY);
  const starts = timesOf("line-secondary").map(({ since }) => since);
  expect([ends.length, starts.length]).toEqual([2, 2]);
  expect(Math.max(...ends), "at no moment are both legs without routes").toBeLessThan(Math.min(...starts));
});

test("another policy: by set-routing-policy, one leg after the other, nothing withdrawn", async () => {
  const before = stack.control.counters().withdrawals.length;
  const other = stack.simulator.seed.routingPolicy({ name: "other", prefixFilterIn: ["10.10.0.0/16"] }).id;
  stack.program(() => made({ vpcId: vpc.new, allowedRoutes: { ipv6: allowedRoutes.ipv6 }, routingPolicyV4Id: other }));
  const calls = await touched(() => stack.up());
  expect(calls).toEqual([
    { leg: "primary", call: "set-routing-policy" },
    { leg: "secondary", call: "set-routing-policy" },
  ]);
  expect(stack.control.counters().withdrawals).toHaveLength(before);
  stack.program(() => made({ vpcId: vpc.new }));
  expect(turns(await touched(() => stack.up()))).toEqual(["primary", "secondary"]);
  expect(stack.control.counters().withdrawals).toHaveLength(before);
});

test("a change that fails on the primary leaves the secondary untouched", async () => {
  stack.program(() => made());
  stack.control.addFault({
    method: "POST",
    path: `${stack.link("line-primary").id}/attach-vpc$`,
    kind: "status",
    status: 400,
    body: { type: "invalid_arguments", message: "no", details: [] },
  });
  const calls = await touched(() => stack.upFails());
  expect(new Set(calls.map(({ leg }) => leg))).toEqual(new Set(["primary"]));
  expect(stack.link("line-secondary")).toMatchObject({ vpc_id: vpc.new, enable_route_propagation: true });
  stack.control.clearFaults();
  await stack.up();
  expect(stack.control.snapshot().links.map(({ vpc_id }) => vpc_id)).toEqual([vpc.old, vpc.old]);
});

test("closed and opened again: one leg after the other, and health says so", async () => {
  stack.program(() => made({ enabled: false }));
  await stack.up();
  expect((await stack.outputs()).health?.value).toBe("down");
  stack.program(() => made());
  expect(turns(await touched(() => stack.up()))).toEqual(["primary", "secondary"]);
});

test("transforms, ignoreChanges, aliases, an explicit parent and dependsOn, as of any component", async () => {
  const before = new Map((await stack.state()).map(({ id, urn }) => [id, urn]));
  class Network extends pulumi.ComponentResource {
    constructor() {
      super("test:index:Network", "network");
    }
  }
  const wrapped = (change: Partial<RedundantInterLinkArgs>) => () => {
    const network = new Network();
    const opts: pulumi.ComponentResourceOptions = {
      parent: network,
      dependsOn: [network],
      aliases: [{ name: "line", parent: pulumi.rootStackResource }],
      transforms: [
        ({ type, props, opts }) =>
          type.endsWith(":InterLink")
            ? { props: { ...props, tags: ["by-transform"] }, opts: { ...opts, ignoreChanges: ["bandwidthMbps"] } }
            : undefined,
      ],
    };
    return made(change, opts, "paris");
  };
  // The other bandwidth would replace both links, which the guard refuses: ignoreChanges keeps it away.
  stack.program(wrapped({ primary: { ...legs.primary, bandwidthMbps: 1000 } }));
  const { changes } = await stack.up();
  expect(Object.values(changes)).not.toContain("replace");
  expect(Object.values(changes)).not.toContain("delete");
  const after = (await stack.state()).filter(({ type, id }) => type.startsWith("pulumi-nodejs:dynamic") && id);
  expect(
    after.map(({ id }) => before.has(id)),
    "all are the same live objects",
  ).not.toContain(false);
  expect(after.every(({ urn }) => urn.includes("::test:index:Network$"))).toBe(true);
  expect(stack.control.snapshot().links.map(({ tags }) => tags.includes("by-transform"))).toEqual([true, true]);

  stack.program(() =>
    made(
      {},
      { protect: true, aliases: [{ name: "paris", parent: "urn:pulumi:dev::interlink::test:index:Network::network" }] },
    ),
  );
  await stack.up();
  expect((await stack.destroyFails()).output).toMatch(/protect/);
  stack.program(() => made());
  await stack.up();
});

test("destroy: the secondary's routes close first, and nothing is left", async () => {
  const legOf = new Map(["primary", "secondary"].map((leg) => [stack.link(`line-${leg}`).id, leg]));
  const calls = await stack.requestsOf(() => stack.destroy());
  const closed = calls.flatMap(
    (call) => legOf.get(/links\/([^/]+)\/disable-route-propagation/.exec(call)?.[1] ?? "") ?? [],
  );
  expect(closed).toEqual(["secondary", "primary"]);
  expect(stack.control.snapshot()).toMatchObject({ links: [], routingPolicies: [{ name: "other" }] });
  expect(stack.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
});
