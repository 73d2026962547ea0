import { beforeEach, expect, test } from "vitest";
import { interlink, routePropagation, routingPolicy, type Sent, vpcAttachment } from "../../test/handlers.ts";
import { apiCaller } from "../../test/recordings/caller.ts";
import { HOSTED, worldOfFile } from "../../test/world.ts";

// Inputs in `ignoreChanges` that change outside Pulumi.
const w = await worldOfFile();
const call = apiCaller(w.simulator);
const leaving = <Inputs extends object>(inputs: Inputs, ...names: string[]): Sent<Inputs> => ({
  ...inputs,
  __ignoreChanges: names,
});

let link: Awaited<ReturnType<typeof w.order>>;
beforeEach(async () => {
  link = await w.order({ active: true, name: "line", tags: ["ours"] });
});
const LINK = { ...HOSTED, name: "line", tags: ["ours"] };

test("InterLink neither compares nor writes ignored tags and name, even when another input changes", async () => {
  await call("PATCH", `links/${link.id}`, { name: "theirs", tags: [...(w.live(link.id)?.tags ?? []), "cost"] });
  const left = leaving(LINK, "tags", "name");
  expect((await interlink.diff(w.run(), link.id, link.state, LINK)).changes).toBe(true);
  expect((await interlink.diff(w.run(), link.id, link.state, left)).changes).toBe(false);
  await interlink.update(w.run(), link.id, link.state, { ...left, __ignoreChanges: ["tags"] });
  expect(w.live(link.id)).toMatchObject({ name: "line", tags: expect.arrayContaining(["ours", "cost"]) });
});

test("InterLink does not replace, refuse or re-order because of an ignored input", async () => {
  const before = { ...link.state, bandwidthMbps: 500 };
  const news = leaving({ ...LINK, bandwidthMbps: 500 }, "bandwidthMbps");
  expect(await interlink.diff(w.run(), link.id, before, news)).toEqual({ changes: false });
  await expect(interlink.diff(w.run(), link.id, before, { ...LINK, bandwidthMbps: 500 })).rejects.toThrow(/replacing/);
});

test("RoutingPolicy keeps an ignored prefix list while the other changes", async () => {
  const inputs = { prefixFilterIn: ["10.10.0.0/16"], prefixFilterOut: ["172.16.0.0/22"], __owner: "p/s/v4" };
  const { id, state } = await routingPolicy.create(w.run(), inputs);
  const added = ["10.10.0.0/16", "10.20.0.0/16"];
  await call("PATCH", `routing-policies/${id}`, { prefix_filter_in: added });
  const left = leaving(inputs, "prefixFilterIn");
  expect((await routingPolicy.diff(w.run(), id, state, left)).changes).toBe(false);
  const updated = await routingPolicy.update(w.run(), id, state, { ...left, prefixFilterOut: ["172.16.0.0/21"] });
  expect(updated).toMatchObject({ prefixFilterIn: added, prefixFilterOut: ["172.16.0.0/21"] });
  // Once it is no longer ignored, the program's list counts again.
  expect((await routingPolicy.diff(w.run(), id, updated, inputs)).changes).toBe(true);
});

test("VpcAttachment neither restores nor detaches an ignored VPC", async () => {
  const [mine, theirs] = ["mine", "theirs"].map((name) => w.simulator.seed.vpc({ name }).id) as [string, string];
  const inputs = { linkId: link.id, vpcId: mine };
  const { id, state } = await vpcAttachment.create(w.run(), inputs);
  await call("POST", `links/${id}/detach-vpc`, {});
  const left = leaving(inputs, "vpcId");
  expect((await vpcAttachment.diff(w.run(), id, state, left)).changes).toBe(false);
  await call("POST", `links/${id}/attach-vpc`, { vpc_id: theirs });
  expect((await vpcAttachment.diff(w.run(), id, state, left)).changes).toBe(false);
  w.calls();
  expect(await vpcAttachment.update(w.run(), id, state, left)).toMatchObject({ vpcId: theirs, attached: true });
  expect(w.changes()).toEqual([]);
});

test("VpcAttachment still attaches an ignored VPC that was never attached", async () => {
  const vpcId = w.simulator.seed.vpc({ name: "mine" }).id;
  const ordered = await w.order({ __owner: "p/s/ordered" });
  const left = leaving({ linkId: ordered.id, vpcId, whenNotActive: "defer" as const }, "vpcId");
  const { id, state } = await vpcAttachment.create(w.run(), left);
  w.simulator.control.provision(id);
  expect((await vpcAttachment.diff(w.run(), id, state, left)).changes).toBe(true);
  expect(await vpcAttachment.update(w.run(), id, state, left)).toMatchObject({ attached: true });
});

test("RoutePropagation keeps ignored `enabled` and policy, whatever else changes, and does not detach them later", async () => {
  const policy = (name: string, prefix: string) =>
    w.simulator.seed.routingPolicy({ name, isIpv6: prefix.includes(":"), prefixFilterIn: [prefix] }).id;
  const [mine, theirs, six] = [
    policy("mine", "10.10.0.0/16"),
    policy("theirs", "10.20.0.0/16"),
    policy("six", "2001:db8::/32"),
  ];
  await vpcAttachment.create(w.run(), { linkId: link.id, vpcId: w.simulator.seed.vpc({ name: "mine" }).id });
  const inputs = { linkId: link.id, routingPolicyV4Id: mine };
  const { id, state } = await routePropagation.create(w.run(), inputs);
  await call("POST", `links/${id}/set-routing-policy`, { routing_policy_id: theirs });
  await call("POST", `links/${id}/disable-route-propagation`, {});
  const left = leaving(inputs, "routingPolicyV4Id", "enabled");
  expect((await routePropagation.diff(w.run(), id, state, left)).changes).toBe(false);

  w.calls();
  const news = { ...left, routingPolicyV6Id: six };
  expect((await routePropagation.diff(w.run(), id, state, news)).changes).toBe(true);
  const updated = await routePropagation.update(w.run(), id, state, news);
  expect(w.changes()).toEqual(["POST attach-routing-policy"]);
  expect(updated).toMatchObject({ routingPolicyV4Id: theirs, enabled: false, __attachedPolicies: { ipv4: mine } });
  expect((await routePropagation.diff(w.run(), id, updated, news)).changes).toBe(false);
  await routePropagation.delete(w.run(), id, updated);
  expect(w.live(id)).toMatchObject({ routing_policy_v4_id: theirs });
  expect(w.live(id)?.routing_policy_v6_id).toBeUndefined();
});

test("RoutePropagation still applies ignored inputs that were never applied", async () => {
  const routingPolicyV4Id = w.simulator.seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] }).id;
  const ordered = await w.order({ __owner: "p/s/ordered" });
  const inputs = { linkId: ordered.id, routingPolicyV4Id, whenNotReady: "defer" as const };
  const left = leaving(inputs, "routingPolicyV4Id", "enabled");
  const { id, state } = await routePropagation.create(w.run(), left);
  w.simulator.control.provision(id);
  await vpcAttachment.create(w.run(), { linkId: id, vpcId: w.simulator.seed.vpc({ name: "mine" }).id });
  expect((await routePropagation.diff(w.run(), id, state, left)).changes).toBe(true);
  expect(await routePropagation.update(w.run(), id, state, left)).toMatchObject({ enabled: true, routingPolicyV4Id });
});

test("Ignored inputs are recorded beside the state, and a state without them is unchanged", async () => {
  expect(link.state).not.toHaveProperty("__ignoreChanges");
  const updated = await interlink.update(w.run(), link.id, link.state, leaving(LINK, "tags"));
  expect(updated).toHaveProperty("__ignoreChanges", ["tags"]);
  expect(await interlink.update(w.run(), link.id, updated, LINK)).not.toHaveProperty("__ignoreChanges");
});
