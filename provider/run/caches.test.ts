import { beforeEach, describe, expect, test, vi } from "vitest";
import { interlink, routePropagation, routingPolicy, vpcAttachment } from "../../test/handlers.ts";
import { HOSTED, PROJECT, worldOfFile } from "../../test/world.ts";
import { type Context, DIFF_MAX_AGE_MS } from "./context.ts";

// A run caches what it reads for its other resources. The cache must never hide the run's own changes and must not outlive
// the run. The clock stands still here except in waits, so every cached answer is as recent as possible.
const w = await worldOfFile();
const region = "fr-par";
const PREFIXES = { prefixFilterIn: ["10.0.0.0/8"], prefixFilterOut: ["172.16.0.0/22"] };

let run: Context;
beforeEach(() => {
  run = w.run();
});

/** Reads all objects, so that every later read of the run could use the cache. */
async function readAll(context: Context): Promise<void> {
  await context.links.all(region, PROJECT, DIFF_MAX_AGE_MS);
  await context.policies.all(region, PROJECT, DIFF_MAX_AGE_MS);
}

/** Compares what the run reads, in both ways that handlers use and at a diff's maximum age, with the simulator's objects. */
async function expectUpToDate(context: Context): Promise<void> {
  const { links, routingPolicies } = w.simulator.control.snapshot();
  const cached = await context.links.all(region, PROJECT, DIFF_MAX_AGE_MS);
  expect(cached.map(factsOfLink)).toEqual(links.map(factsOfWireLink));
  for (const link of links) {
    const one = await context.links.recent({ region, projectId: PROJECT, id: link.id }, DIFF_MAX_AGE_MS);
    expect(one && factsOfLink(one)).toEqual(factsOfWireLink(link));
  }
  const policies = await context.policies.all(region, PROJECT, DIFF_MAX_AGE_MS);
  expect(policies.map(({ id, name, prefixFilterIn }) => ({ id, name, prefixFilterIn }))).toEqual(
    routingPolicies.map(({ id, name, prefix_filter_in }) => ({ id, name, prefixFilterIn: prefix_filter_in })),
  );
}
type WireLink = ReturnType<typeof w.simulator.control.snapshot>["links"][number];
type Link = Awaited<ReturnType<Context["links"]["all"]>>[number];
const factsOfLink = ({ id, name, status, vpcId, routingPolicyV4Id, enableRoutePropagation }: Link) => ({
  ...{ id, name, status, vpcId, routingPolicyV4Id, enableRoutePropagation },
});
const factsOfWireLink = (link: WireLink) => ({
  ...{ id: link.id, name: link.name, status: link.status, vpcId: link.vpc_id },
  ...{ routingPolicyV4Id: link.routing_policy_v4_id, enableRoutePropagation: link.enable_route_propagation },
});

describe("Changes of the same run", () => {
  test("A run sees each of its own changes at once, from the order to advertised routes and deletion", async () => {
    const { control, seed } = w.simulator;
    const step = async <T>(work: () => Promise<T>): Promise<T> => {
      await readAll(run);
      const made = await work();
      await expectUpToDate(run);
      return made;
    };
    const vpcId = seed.vpc({ name: "a" }).id;
    const [four, other] = [
      await step(() => routingPolicy.create(run, { ...PREFIXES, name: "four", __owner: "p/s/four" })),
      await step(() => routingPolicy.create(run, { ...PREFIXES, name: "other", __owner: "p/s/other" })),
    ];
    control.setPartner({ acceptAfterSeconds: 60, provisionAfterSeconds: 120 });
    const link = await step(() => interlink.create(run, HOSTED));
    expect(link.state).toMatchObject({ status: "requested", kind: "hosted", bandwidthMbps: 1000, tags: [] });
    const linkId = link.id;
    const attachment = await step(() =>
      vpcAttachment.create(run, { linkId, vpcId, whenNotActive: "wait", timeoutSeconds: 600 }),
    );
    expect(attachment.state).toMatchObject({ attached: true, linkStatus: "active" });
    const routes = await step(() =>
      routePropagation.create(run, { linkId, routingPolicyV4Id: four.id, requireSessions: ["ipv4"] }),
    );
    expect(routes.state).toMatchObject({
      effective: true,
      blockedBy: [],
      bgpV4Status: "up",
      bgpV6Status: "disabled",
    });
    expect(control.counters().withdrawals).toEqual([]);

    const renamed = await step(() => interlink.update(run, linkId, link.state, { ...HOSTED, name: "renamed" }));
    expect(await interlink.diff(run, linkId, renamed, { ...HOSTED, name: "renamed" })).toMatchObject({
      changes: false,
    });
    const moved = { linkId, vpcId: seed.vpc({ name: "b" }).id };
    const at = await step(() => vpcAttachment.update(run, linkId, attachment.state, moved));
    expect((await vpcAttachment.diff(run, linkId, at, moved)).changes).toBe(false);
    const swap = { linkId, routingPolicyV4Id: other.id };
    const open = await step(() => routePropagation.update(run, linkId, routes.state, swap));
    expect((await routePropagation.diff(run, linkId, open, swap)).changes).toBe(false);
    const wider = { ...PREFIXES, prefixFilterIn: ["10.0.0.0/8", "192.168.0.0/16"], __owner: "p/s/other" };
    const widened = await step(() => routingPolicy.update(run, other.id, other.state, wider));
    expect((await routingPolicy.diff(run, other.id, widened, wider)).changes).toBe(false);

    await step(() => routingPolicy.delete(run, four.id, four.state));
    // In another run, since a run does not delete what it has adopted or still uses.
    run = w.run();
    await step(() => routePropagation.delete(run, linkId, open));
    await step(() => vpcAttachment.delete(run, linkId, at));
    await step(() => interlink.delete(run, linkId, renamed));
    expect(w.live(linkId)?.status).toBe("deprovisioning");
    expect(w.logged.at(-1)).toMatch(/deleted at Scaleway. Ask FranceIX/);
    await step(() => routingPolicy.delete(run, other.id, widened));
    expect(control.snapshot().routingPolicies).toEqual([]);
    expect(control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0 });
  });

  test.each([
    ["was cut off after the change took effect", { kind: "drop", when: "after" }],
    ["was a 502 after the change took effect", { kind: "status", status: 502, effect: true }],
  ] as const)("A run sees its own change at once when the answer %s", async (_, fault) => {
    const link = await w.order({ active: true });
    await readAll(run);
    w.simulator.control.addFault({ ...fault, method: "POST", path: "/attach-vpc$" });
    await vpcAttachment.create(run, { linkId: link.id, vpcId: w.simulator.seed.vpc({ name: "a" }).id });
    await expectUpToDate(run);
  });

  test("A read in progress at the time of a change does not hide the change", async () => {
    const { control } = w.simulator;
    const { id } = await w.order({ active: true });
    w.calls();
    // The answer is made before the change and arrives after it.
    control.addFault({ kind: "stall", method: "GET", path: "/links$", ms: 30, effect: true });
    const page = run.links.all(region, PROJECT, DIFF_MAX_AGE_MS);
    await vi.waitUntil(() => control.requests().length > 0, { interval: 1 });
    control.lock(id);
    run.links.changed(id);
    await page;
    await expectUpToDate(run);
  });
});

describe("Lifetime of cached answers", () => {
  test("The next run sees the changes of other clients, even at the same instant", async () => {
    const { state, id } = await w.order({ active: true });
    await interlink.diff(run, id, state, HOSTED);
    await readAll(run);
    await run.pop({ region, id: HOSTED.popId });
    w.calls();
    await interlink.diff(run, id, state, HOSTED);
    expect(w.calls()).toEqual([]);

    const next = w.run();
    await readAll(next);
    await next.pop({ region, id: HOSTED.popId });
    expect(w.calls()).toEqual(["GET links", "GET routing-policies", "GET pops"]);
    w.simulator.control.lock(id);
    await expectUpToDate(w.run());
  });
  test("A diff does not use an answer beyond the diff's maximum age", async () => {
    const { id } = await w.order({ active: true });
    await readAll(run);
    w.simulator.control.lock(id);
    w.simulator.control.advance(DIFF_MAX_AGE_MS / 1000 + 0.001);
    await expectUpToDate(run);
  });
});
