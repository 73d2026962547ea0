import { describe, expect, test } from "vitest";
import { callsOf, routePropagation, vpcAttachment } from "../../test/handlers.ts";
import { NOWHERE, worldOfFile } from "../../test/world.ts";
import { attachRoutingPolicy, attachVpc } from "../api/links.ts";
import { UNKNOWN } from "../domain/unknown.ts";

const w = await worldOfFile();

type Values = Record<string, unknown>;
const vpc = () => w.simulator.seed.vpc({ name: "v" }).id;

/** The partner provisions the link, and then takes its side down. */
function deprovision(id: string): void {
  w.simulator.control.provision(id);
  w.simulator.control.partnerDeletes(id);
}

/** The two kinds that wait for the partner, and their expectations. */
const WAITERS = [
  {
    kind: "VpcAttachment",
    option: "whenNotActive",
    handler: callsOf("VpcAttachment"),
    async inputs(linkId: string): Promise<Values> {
      return { linkId, vpcId: vpc(), __owner: "p/s/w" };
    },
    pending: { attached: false },
    done: { attached: true },
    changes: ["POST attach-vpc"],
    transition: "A later `pulumi up` will attach the VPC.",
  },
  {
    kind: "RoutePropagation",
    option: "whenNotReady",
    handler: callsOf("RoutePropagation"),
    async inputs(linkId: string): Promise<Values> {
      // The VPC is already attached outside the program, so the resource waits only for the link.
      if (linkId !== NOWHERE) await attachVpc(w.run().api, { region: "fr-par", id: linkId }, vpc());
      const policy = w.simulator.seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] });
      return { linkId, routingPolicyV4Id: policy.id, __owner: "p/s/w" };
    },
    pending: { enabled: false, effective: false },
    done: { enabled: true, effective: true, blockedBy: [] },
    changes: ["POST attach-routing-policy", "POST enable-route-propagation"],
    transition: "A later `pulumi up` will enable route propagation.",
  },
];

describe.each(WAITERS)(
  "$kind on a link that is not Active yet",
  ({ kind, option, handler, inputs, pending, done, changes, transition }) => {
    const start = async (mode: string, more: Values = {}) => {
      const { id } = await w.order();
      const news = { ...(await inputs(id)), [option]: mode, ...more };
      w.calls();
      w.logged.length = 0;
      return { id, news };
    };
    const partnerAnswers = (partner: Parameters<typeof w.simulator.control.setPartner>[0]) =>
      w.simulator.control.setPartner(partner);

    test("In wait mode, the run continues once the partner has provisioned the link, and shows what it waits for", async () => {
      const { id, news } = await start("wait");
      partnerAnswers({ acceptAfterSeconds: 60, provisionAfterSeconds: 600 });
      const { state } = await handler.create(w.run(), news);
      expect(state).toMatchObject({ ...done, linkStatus: "active" });
      expect(w.changes()).toEqual(changes);
      expect(w.logged[0]).toMatch(
        new RegExp(`^${kind} "w": waiting: the link is Requesting, not Active \\(0 s of at most 1800 s\\)`),
      );
      expect(w.logged.some((line) => line.includes("the link is Provisioning"))).toBe(true);
      expect(w.live(id)?.status).toBe("active");
    });
    test("The progress message names the pairing-key command until the partner has accepted", async () => {
      const { news } = await start("wait");
      partnerAnswers({ acceptAfterSeconds: 60, provisionAfterSeconds: 600 });
      await handler.create(w.run(), news);
      const hint = "`interlink pairing-key` shows the key for the partner";
      const named = w.logged.filter((line) => line.includes("waiting:")).map((line) => line.includes(hint));
      expect([named[0], named.at(-1)]).toEqual([true, false]);
      expect(w.logged.join()).not.toContain(w.live(String(news.linkId))?.partner?.pairing_key);
    });
    test("A step without a mode is deferred", async () => {
      const { news } = await start("defer", { [option]: undefined });
      expect((await handler.create(w.run(), news)).state).toMatchObject({ ...pending, linkStatus: "requested" });
    });
    test("In wait mode, a timeout is an error with what to do, and no call is sent", async () => {
      const { news } = await start("wait", { timeoutSeconds: 60 });
      await expect(handler.create(w.run(), news)).rejects.toThrow(
        /timed out after 60 s: the link is Requesting, not Active\n.*"defer"/,
      );
      expect(w.changes()).toEqual([]);
    });
    test("In wait mode, an interruption ends the wait", async () => {
      const { news } = await start("wait");
      await expect(handler.create(w.run({}, {}, AbortSignal.abort()), news)).rejects.toThrow(
        /interrupted while waiting/,
      );
    });
    test("In fail mode, the step fails at once with the next step", async () => {
      const { news } = await start("fail");
      const now = w.simulator.control.advance(0);
      await expect(handler.create(w.run(), news)).rejects.toThrow(
        /Requesting, not Active\n.*give the pairing key to .*"wait" or "defer"/,
      );
      expect([w.simulator.control.advance(0) - now, w.changes()]).toEqual([0, []]);
    });
    test("In defer mode, the run succeeds with the reason and a warning", async () => {
      const { news } = await start("defer");
      const { state } = await handler.create(w.run(), news);
      expect(state).toMatchObject({
        ...pending,
        pendingReason: "the link is Requesting, not Active",
        linkStatus: "requested",
      });
      expect(w.logged).toEqual([`warning: ${kind} "w" is deferred: the link is Requesting, not Active. ${transition}`]);
      expect(w.changes()).toEqual([]);
    });
    test("In defer mode, previews are empty until the link is Active, then up takes the step", async () => {
      const { id, news } = await start("defer");
      const { state } = await handler.create(w.run(), news);
      const preview = () => handler.diff(w.run(), id, state, news);
      expect((await preview()).changes).toBe(false);
      w.simulator.control.accept(id);
      expect((await preview()).changes).toBe(false);
      const refreshed = await handler.read(w.run(), id, state);
      expect(refreshed?.state).toMatchObject({ ...pending, linkStatus: "provisioning" });
      expect(refreshed?.inputs).toEqual(news);
      w.simulator.control.provision(id);
      expect(await preview()).toEqual({ changes: true });
      const after = await handler.update(w.run(), id, state, news);
      expect(after).toMatchObject(done);
      expect(after).not.toHaveProperty("pendingReason");
      expect((await handler.diff(w.run(), id, after, news)).changes).toBe(false);
    });
    test("In defer mode, an unknown input shows as a change", async () => {
      const { id, news } = await start("defer");
      const { state } = await handler.create(w.run(), news);
      const unknown = { ...news, [kind === "VpcAttachment" ? "vpcId" : "routingPolicyV4Id"]: UNKNOWN };
      expect((await handler.diff(w.run(), id, state, unknown)).changes).toBe(true);
    });
    test("In defer mode, a preview stays empty without an answer from the API", async () => {
      const { id, news } = await start("defer");
      const { state } = await handler.create(w.run(), news);
      expect((await handler.diff(w.run({ "scaleway:liveDiff": "false" }), id, state, news)).changes).toBe(false);
    });

    const ENDS: [string, (id: string) => unknown, RegExp][] = [
      [
        "refused",
        (id) => w.simulator.control.refuse(id, "no free port"),
        /Refused \("no free port"\)[\s\S]*refused the order\. Run `pulumi up`/,
      ],
      ["expired", (id) => w.simulator.control.expire(id), /Expired[\s\S]*within 10 days/],
      ["locked", (id) => w.simulator.control.lock(id), /Locked[\s\S]*support ticket/],
      ["deprovisioning", deprovision, /Deprovisioning/],
    ];
    test.each(ENDS.flatMap((end) => ["wait", "defer", "fail"].map((mode) => [...end, mode] as const)))(
      "A link that is %s is an error with the reason in mode $3",
      async (_, happen, expected, mode) => {
        const { id, news } = await start(mode);
        happen(id);
        const now = w.simulator.control.advance(0);
        await expect(handler.create(w.run(), news)).rejects.toThrow(expected);
        expect([w.simulator.control.advance(0) - now, w.changes()]).toEqual([0, []]);
      },
    );
    test("A link that is refused during a wait ends the wait", async () => {
      const { news } = await start("wait");
      partnerAnswers({ acceptAfterSeconds: 60, refuseWith: "no free port" });
      await expect(handler.create(w.run(), news)).rejects.toThrow(/no free port/);
    });
    test("A deferred step on a refused link shows in the preview, and is an error in up", async () => {
      const { id, news } = await start("defer");
      const { state } = await handler.create(w.run(), news);
      w.simulator.control.refuse(id, "no free port");
      expect((await handler.diff(w.run(), id, state, news)).changes).toBe(true);
      await expect(handler.update(w.run(), id, state, news)).rejects.toThrow("no free port");
    });
    test.each(["wait", "defer", "fail"])("The run waits for a Configuring link in mode %s", async (mode) => {
      const { id, news } = await start(mode);
      w.simulator.control.provision(id);
      const body = { ...w.live(id), status: "configuring" };
      w.simulator.control.addFault({
        kind: "status",
        method: "GET",
        path: `/links/${id}$`,
        status: 200,
        body,
        times: 3,
      });
      expect((await handler.create(w.run(), news)).state).toMatchObject(done);
      expect(w.logged[0]).toContain("waiting: the link is Configuring, not Active");
    });
  },
);

describe("Limited Connectivity", () => {
  const limited = async () => {
    const { id } = await w.order({ active: true });
    const { seed, control } = w.simulator;
    for (const isIpv6 of [false, true]) {
      const policy = seed.routingPolicy({ name: "p", isIpv6, prefixFilterIn: [isIpv6 ? "::/0" : "0.0.0.0/0"] });
      await attachRoutingPolicy(w.run().api, { region: "fr-par", id }, policy.id);
    }
    control.setSession(id, "ipv6", "down");
    return id;
  };
  test("A VPC is not attached while the link has Limited Connectivity, unless configureFrom allows it", async () => {
    const linkId = await limited();
    const news = { linkId, vpcId: vpc(), whenNotActive: "fail" as const };
    await expect(vpcAttachment.create(w.run(), news)).rejects.toThrow(/Limited Connectivity, not Active/);
    const { state } = await vpcAttachment.create(w.run(), { ...news, configureFrom: "provisioned" as const });
    expect(state).toMatchObject({ attached: true, linkStatus: "limited_connectivity", bgpV6Status: "down" });
  });
  test("A deferred attachment shows as a change once configureFrom allows Limited Connectivity", async () => {
    const linkId = await limited();
    const news = { linkId, vpcId: vpc(), whenNotActive: "defer" as const };
    const { state } = await vpcAttachment.create(w.run(), news);
    const diff = (more = {}) => vpcAttachment.diff(w.run(), linkId, state, { ...news, ...more });
    expect([(await diff()).changes, (await diff({ configureFrom: "provisioned" as const })).changes]).toEqual([
      false,
      true,
    ]);
  });
});

test("One run attaches a deferred VPC and enables the propagation that waited for it", async () => {
  const { id: linkId } = await w.order();
  const vpcNews = { linkId, vpcId: vpc(), whenNotActive: "defer" as const };
  const policy = w.simulator.seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] });
  const routeNews = { linkId, routingPolicyV4Id: policy.id, whenNotReady: "defer" as const };
  const attachment = await vpcAttachment.create(w.run(), vpcNews);
  const routes = await routePropagation.create(w.run(), routeNews);
  expect(routes.state.pendingReason).toBe("the link is Requesting, not Active, no VPC is attached");
  const preview = async () => {
    const run = w.run();
    const first = await vpcAttachment.diff(run, linkId, attachment.state, vpcNews);
    const second = await routePropagation.diff(run, linkId, routes.state, routeNews);
    return [first.changes, second.changes];
  };
  expect(await preview()).toEqual([false, false]);
  w.simulator.control.provision(linkId);
  expect(await preview()).toEqual([true, true]);
  const up = w.run();
  await vpcAttachment.update(up, linkId, attachment.state, vpcNews);
  expect(await routePropagation.update(up, linkId, routes.state, routeNews)).toMatchObject({ effective: true });
  expect(w.simulator.control.counters().outOfOrder).toEqual([]);
});
