import { expect, test } from "vitest";
import { interlink, routePropagation, vpcAttachment } from "../../test/handlers.ts";
import { POP, worldOfFile } from "../../test/world.ts";

// Two self-hosted links that carry the routes of one VPC: which changes one run may make to both.
const w = await worldOfFile({ selfHostedNeedsSession: false });

async function pair() {
  const vpcId = w.simulator.seed.vpc({ name: "shared" }).id;
  const policy = w.simulator.seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] });
  const leg = async (name: string, popId: string) => {
    const connectionId = w.simulator.seed.dedicatedConnection({ name, popId }).id;
    const inputs = { popId, connectionId, bandwidthMbps: 50, peerAsn: 65_001, __owner: `p/s/${name}` };
    const link = await interlink.create(w.run(), inputs);
    w.simulator.control.configureRouter(link.id);
    const attachment = await vpcAttachment.create(w.run(), { linkId: link.id, vpcId });
    await routePropagation.create(w.run(), { linkId: link.id, routingPolicyV4Id: policy.id });
    return { id: link.id, link: link.state, attachment: attachment.state, inputs };
  };
  return [await leg("one", POP.TH2), await leg("two", POP.DC3), vpcId] as const;
}
type Leg = Awaited<ReturnType<typeof pair>>[0];
type Run = ReturnType<typeof w.run>;

/** Check, then diff, as the engine calls them for a resource in the program. */
async function otherAsn(run: Run, { id, link, inputs }: Leg) {
  const news = { ...inputs, peerAsn: 65_002 };
  await interlink.check(run, inputs, news);
  return interlink.diff(run, id, link, news);
}
const vpcChange = ({ id }: Leg) => ({ linkId: id, vpcId: vpcOf(), whenNotActive: "defer" as const });
async function otherVpc(run: Run, leg: Leg) {
  await vpcAttachment.check(run, leg.attachment, vpcChange(leg));
  return vpcAttachment.diff(run, leg.id, leg.attachment, vpcChange(leg));
}
const moveVpc = (run: Run, leg: Leg) => vpcAttachment.update(run, leg.id, leg.attachment, vpcChange(leg));
let next: string | undefined;
function vpcOf(): string {
  next ??= w.simulator.seed.vpc({ name: "next" }).id;
  return next;
}

test("A preview refuses to change the AS numbers of both links at once, but not of one alone", async () => {
  const [one, two] = await pair();
  const run = w.run();
  expect((await otherAsn(run, one)).changes).toBe(true);
  await expect(otherAsn(run, two)).rejects.toThrow(
    `this run would also change the AS number of InterLink ${one.id}, which carries the same VPC`,
  );
  expect((await otherAsn(w.run(), two)).changes).toBe(true);
});

test("A preview refuses to change the AS numbers of both links after a rename too", async () => {
  const [one, two] = await pair();
  const renamed = (leg: Leg): Leg => ({ ...leg, inputs: { ...leg.inputs, __owner: `${leg.inputs.__owner}-renamed` } });
  const run = w.run();
  await otherAsn(run, renamed(one));
  await expect(otherAsn(run, renamed(two))).rejects.toThrow("this run would also change the AS number");
});

test("Changing the AS number of one link and the VPC of the other is refused in either order", async () => {
  next = undefined;
  const [one, two] = await pair();
  const run = w.run();
  await otherAsn(run, one);
  await expect(otherVpc(run, two)).rejects.toThrow(`the AS number of InterLink ${one.id}`);
  const another = w.run();
  await otherVpc(another, one);
  await expect(otherAsn(another, two)).rejects.toThrow(`the VPC of InterLink ${one.id}`);
});

test("A refresh refuses no AS number change", async () => {
  const [one, two] = await pair();
  const run = w.run();
  for (const { id, link, inputs } of [one, two]) {
    expect((await interlink.diffInRefresh(run, id, link, { ...inputs, peerAsn: 65_002 })).changes).toBe(true);
  }
});

test("Changing the AS number of the only link that carries traffic is a warning", async () => {
  const [one, two] = await pair();
  expect((await otherAsn(w.run(), two)).changes).toBe(true);
  expect(w.logged.filter((text) => text.includes("carries traffic now"))).toEqual([]);
  w.simulator.control.setSession(one.id, "ipv4", "down");
  expect((await otherAsn(w.run(), two)).changes).toBe(true);
  expect(w.logged.join()).toMatch(new RegExp(`no other link of VPC \\S+ carries traffic now \\(${one.id}\\)`));
});

test("A link that carries no traffic may change together with the other", async () => {
  const [one, two] = await pair();
  w.simulator.control.setSession(one.id, "ipv4", "down");
  const run = w.run();
  await otherAsn(run, one);
  expect((await otherAsn(run, two)).changes).toBe(true);
});

test("A link that cannot leave its VPC yet holds the other link, in this run and later ones", async () => {
  next = undefined;
  const [one, two, vpcId] = await pair();
  w.simulator.control.setSession(one.id, "ipv4", "down");
  const run = w.run();
  await otherVpc(run, one);
  await otherVpc(run, two);
  const held = { one: await moveVpc(run, one), two: await moveVpc(run, two) };
  expect(held.one).toMatchObject({ attached: false, pendingReason: "the link is Down, not Active" });
  expect(held.two.pendingReason).toMatch(new RegExp(`^InterLink ${one.id} cannot change its VPC yet, so this link`));
  expect([w.live(one.id)?.vpc_id, w.live(two.id)?.vpc_id]).toEqual([vpcId, vpcId]);

  const later = w.run();
  const diffOf = (leg: Leg, state: typeof held.one, run: Run) => vpcAttachment.diff(run, leg.id, state, vpcChange(leg));
  expect(await diffOf(one, held.one, later)).toEqual({ changes: false });
  expect(await diffOf(two, held.two, later)).toEqual({ changes: false });

  w.simulator.control.setSession(one.id, "ipv4", "up");
  const last = w.run();
  expect((await diffOf(one, held.one, last)).changes).toBe(true);
  expect((await diffOf(two, held.two, last)).changes).toBe(true);
  for (const [leg, state] of [
    [one, held.one],
    [two, held.two],
  ] as const) {
    expect(await vpcAttachment.update(last, leg.id, state, vpcChange(leg))).toMatchObject({ attached: true });
  }
  expect([w.live(one.id)?.vpc_id, w.live(two.id)?.vpc_id]).toEqual([vpcOf(), vpcOf()]);
});

test("After a VPC change, the run waits for the sessions that were up", async () => {
  next = undefined;
  const [one] = await pair();
  // The router drops its sessions with the VPC.
  w.simulator.control.addFault({
    kind: "status",
    path: "enable-route-propagation$",
    status: 200,
    body: { ...w.live(one.id), vpc_id: vpcOf(), status: "all_down", bgp_v4_status: "down" },
    effect: true,
  });
  w.calls();
  const state = await moveVpc(w.run(), one);
  expect(state).toMatchObject({ attached: true, bgpV4Status: "up" });
  expect(w.calls().at(-1)).toBe("GET links");
});
