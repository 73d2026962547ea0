import { describe, expect, test } from "vitest";
import { interlink, type Sent } from "../../../test/handlers.ts";
import { HOSTED, NOWHERE, offline, PARTNER, POP, PROJECT, worldOfFile } from "../../../test/world.ts";
import { UNKNOWN } from "../../domain/unknown.ts";
import type { Context } from "../../run/context.ts";
import type { InterLinkInputs } from "./definition.ts";
import type { InterLinkState } from "./state.ts";

const w = await worldOfFile();

const check = (news: Record<string, unknown>, olds: Partial<Sent<InterLinkInputs>> = {}, context: Context = w.run()) =>
  interlink.check(context, olds, news);
const diff = (made: { id: string; state: InterLinkState }, news: Partial<Sent<InterLinkInputs>>, context = w.run()) =>
  interlink.diff(context, made.id, made.state, { ...HOSTED, ...news });
/** A run in which the API refuses every call. */
function refusing(): Context {
  w.simulator.control.addFault({ kind: "status", status: 403, times: 99 });
  return w.run();
}

describe("check", () => {
  test("InterLink check normalizes ids and is deterministic", async () => {
    const news = {
      ...HOSTED,
      popId: `fr-par/${POP.TH2.toUpperCase()}`,
      partnerId: PARTNER.franceIX.toUpperCase(),
      projectId: PROJECT.toUpperCase(),
      tags: ["b", "a"],
    };
    const desired = { inputs: { ...HOSTED, projectId: PROJECT, tags: ["b", "a"], region: "fr-par" }, failures: [] };
    expect(await check(news)).toEqual(desired);
    expect(await check(news)).toEqual(desired);
  });

  test.each<[string, Record<string, unknown>, string, RegExp]>([
    [
      "no partner, no connection",
      { partnerId: undefined },
      "partnerId",
      /is required for a hosted link; for a self-hosted one give connectionId/,
    ],
    ["both", { connectionId: NOWHERE }, "connectionId", /either partnerId .* or connectionId .* not both/],
    ["no PoP", { popId: undefined }, "popId", /is required/],
    [
      "a PoP that does not exist",
      { popId: NOWHERE },
      "popId",
      /no PoP 00000000-.* in fr-par\. Available: .*Telehouse TH2 \(fd046cc9/,
    ],
    [
      "a partner that does not exist",
      { partnerId: NOWHERE },
      "partnerId",
      /no partner .* Available: .*FranceIX \(89d00734/,
    ],
    [
      "a bandwidth that the PoP does not offer",
      { bandwidthMbps: 20000 },
      "bandwidthMbps",
      /Telehouse TH2 \(.+\) offers 50, 100, .*10000.* Mbps, not 20000/,
    ],
    ["a bandwidth of zero", { bandwidthMbps: 0 }, "bandwidthMbps", /at least 1 Mbps/],
    [
      "an id of another region",
      { popId: `nl-ams/${POP.TH2}`, region: "fr-par" },
      "popId",
      /is in nl-ams, but this resource is in fr-par/,
    ],
    [
      "an input that does not exist",
      { bandwidth: 1 },
      "bandwidth",
      /unknown input; valid inputs: popId, bandwidthMbps/,
    ],
  ])("InterLink check reports one failure for %s", async (_, news, property, reason) => {
    const { failures } = await check({ ...HOSTED, ...news });
    expect(failures).toEqual([{ property, reason: expect.stringMatching(reason) }]);
  });

  test("A bandwidth that only one of the PoP's two reads offers is not refused", async () => {
    expect((await check({ ...HOSTED, popId: POP.DC2, bandwidthMbps: 50 })).failures).toEqual([]);
  });
  test("A PoP without capacity is refused", async () => {
    const { id } = w.simulator.seed.pop({ name: "- Full house", bandwidthsMbps: [] });
    expect((await check({ ...HOSTED, popId: id })).failures).toEqual([
      { property: "bandwidthMbps", reason: "PoP Full house (Example City) has no capacity left" },
    ]);
  });
  describe("check of a self-hosted link", () => {
    const own = (news: Partial<Sent<InterLinkInputs>>) => {
      const { id } = w.simulator.seed.dedicatedConnection({ name: "dc", popId: POP.DC3 });
      return check({ popId: POP.DC3, bandwidthMbps: 50, connectionId: id, peerAsn: 65000, ...news });
    };
    test.each<[string, Partial<Sent<InterLinkInputs>>, { property: string; reason: RegExp }[]]>([
      ["at its PoP, within its VLANs", { vlan: 2999 }, []],
      ["at another PoP", { popId: POP.TH2 }, [{ property: "popId", reason: /dc is at PoP c1165d78/ }]],
      ["outside its VLANs", { vlan: 3000 }, [{ property: "vlan", reason: /from 2000 to 2999 on dc/ }]],
      [
        "on no connection",
        { connectionId: NOWHERE },
        [{ property: "connectionId", reason: /no dedicated connection 0/ }],
      ],
      ["with a reserved AS number", { peerAsn: 65535 }, [{ property: "peerAsn", reason: /at most 65534/ }]],
    ])("InterLink check validates a self-hosted link %s", async (_, news, failures) => {
      expect((await own(news)).failures).toEqual(
        failures.map(({ property, reason }) => ({ property, reason: expect.stringMatching(reason) })),
      );
    });
  });

  test("InterLink check accepts unknown inputs and still checks the known ones", async () => {
    const unknown = { popId: UNKNOWN, partnerId: UNKNOWN, bandwidthMbps: UNKNOWN, region: UNKNOWN };
    expect((await check({ ...HOSTED, ...unknown })).failures).toEqual([]);
    const { failures } = await check({ ...HOSTED, bandwidthMbps: UNKNOWN, partnerId: NOWHERE });
    expect(failures.map(({ property }) => property)).toEqual(["partnerId"]);
  });
  test("An existing link is not checked against the offer", async () => {
    const gone = { ...HOSTED, bandwidthMbps: 20000 };
    w.calls();
    expect((await check({ ...gone, name: "new" }, gone)).failures).toEqual([]);
    expect((await check({ ...gone, adoptId: NOWHERE }, gone)).failures).toEqual([]);
    expect(w.calls()).toEqual([]);
    expect((await check(gone, HOSTED)).failures).toHaveLength(1);
  });
  test("Without credentials, check refuses nothing that needs the API, with one warning", async () => {
    const context = w.run({}, { SCW_SECRET_KEY: "" });
    await Promise.all([check({ ...HOSTED, popId: NOWHERE }, {}, context), check(HOSTED, {}, context)]);
    expect(w.logged).toEqual([expect.stringMatching(/^warning: .*no secret key was found/)]);
  });
});

describe("diff", () => {
  test.each<[string, Partial<Sent<InterLinkInputs>>, string[] | false]>([
    ["nothing", {}, false],
    ["its own region and project, spelt out", { region: "fr-par", projectId: PROJECT }, false],
    ["adoptId", { adoptId: NOWHERE }, false],
    ["replaceLiveLink", { replaceLiveLink: true }, false],
    ["the name", { name: "other" }, []],
    ["the tags", { tags: ["a"] }, []],
    ["tags that are not known", { tags: UNKNOWN as unknown as string[] }, []],
    ["the region", { region: "nl-ams" }, ["region"]],
    ["the project", { projectId: NOWHERE }, ["projectId"]],
    ["the PoP", { popId: POP.DC3 }, ["popId"]],
    ["the bandwidth", { bandwidthMbps: 50 }, ["bandwidthMbps"]],
    ["the partner", { partnerId: PARTNER.freePro }, ["partnerId"]],
    ["a PoP that is not known", { popId: UNKNOWN }, ["popId"]],
  ])("InterLink diff of %s", async (_, news, replaces) => {
    const made = await w.order();
    const found = await diff(made, news);
    expect([found.changes, found.replaces ?? []]).toEqual([replaces !== false, replaces || []]);
    expect(await diff(made, news, offline())).toEqual(found);
  });
  test("InterLink diff compares tags as a set", async () => {
    const made = await w.order({ tags: ["a", "b"] });
    expect((await diff(made, { tags: ["b", "a", "b"] })).changes).toBe(false);
    expect((await diff(made, { tags: ["a"] })).changes).toBe(true);
    expect((await diff(made, {})).changes).toBe(true);
  });
  test("A self-hosted link's AS number changes in place, its VLAN and connection do not", async () => {
    const { seed } = w.simulator;
    const [one, two] = ["1", "2"].map((name) => seed.dedicatedConnection({ name, popId: POP.DC3 }).id);
    const inputs = { popId: POP.DC3, bandwidthMbps: 50, connectionId: one ?? "", __owner: "p/s/own" };
    const { id, state } = await interlink.create(w.run(), { ...inputs, peerAsn: 65000, vlan: 2100 });
    const of = (news: Partial<Sent<InterLinkInputs>>) => interlink.diff(w.run(), id, state, { ...inputs, ...news });
    expect(await of({ peerAsn: 65000, vlan: 2100 })).toEqual({ changes: false });
    expect(await of({})).toEqual({ changes: false });
    expect(await of({ peerAsn: 65001 })).toEqual({ changes: true });
    // From `ready` on, the guard protects the work on the customer's router.
    const free = { replaceLiveLink: true };
    expect(await of({ vlan: 2101, ...free })).toEqual({ changes: true, replaces: ["vlan"] });
    expect(await of({ connectionId: two ?? "", ...free })).toEqual({ changes: true, replaces: ["connectionId"] });
    await expect(of({ vlan: 2101 })).rejects.toThrow(/vlan from 2100 to 2101 .* which is Ready/);
  });

  describe("against what is live", () => {
    test.each<[string, (id: string) => unknown, RegExp]>([
      [
        "refused",
        (id) => w.simulator.control.refuse(id, "no free port"),
        /"link" is Refused: FranceIX refused the order: "no free port"\. Run `pulumi up` to order again/,
      ],
      ["expired", (id) => w.simulator.control.expire(id), /"link" is Expired: FranceIX did not answer/],
    ])("InterLink diff offers to re-order a link that is %s, with the reason", async (_, happen, expected) => {
      const made = await w.order();
      happen(made.id);
      w.logged.length = 0;
      expect(await diff(made, {})).toMatchObject({ changes: true, replaces: [expect.any(String)] });
      expect(w.logged).toEqual([expect.stringMatching(expected)]);
    });
    test("InterLink diff offers to re-order a link that is gone", async () => {
      const made = await w.order();
      await interlink.delete(w.run(), made.id, made.state);
      expect(await diff(made, {})).toMatchObject({ changes: true, replaces: [expect.any(String)] });
    });
    test("InterLink diff corrects tags and name that were changed in the console", async () => {
      const made = await w.order({ name: "mine", tags: ["a"] });
      const other = await interlink.update(w.run(), made.id, made.state, { ...HOSTED, name: "theirs", tags: ["b"] });
      expect(other.name).toBe("theirs");
      expect(await diff(made, { name: "mine", tags: ["a"] })).toEqual({ changes: true });
    });
    test("A new status alone is no change", async () => {
      const made = await w.order();
      for (const happen of ["accept", "provision", "lock"] as const) {
        w.simulator.control[happen](made.id);
        expect(await diff(made, {})).toEqual({ changes: false });
      }
    });
    test("The InterLink diffs of a run share one list call", async () => {
      const made = [await w.order(), await w.order({ __owner: "p/s/b" }), await w.order({ __owner: "p/s/c" })];
      const run = w.run();
      w.calls();
      await Promise.all(made.map((one) => diff(one, {}, run)));
      expect(w.calls()).toEqual(["GET links"]);
    });
    test("With liveDiff: false, diff sends no call", async () => {
      const made = await w.order();
      w.simulator.control.expire(made.id);
      w.calls();
      expect((await diff(made, {}, w.run({ "scaleway:liveDiff": "false" }))).changes).toBe(false);
      expect(w.calls()).toEqual([]);
    });
    test.each<[string, () => Context, RegExp]>([
      ["no credentials", () => w.run({}, { SCW_SECRET_KEY: "" }), /no secret key was found/],
      ["an unreachable API", () => w.run({}, { SCW_API_URL: "http://127.0.0.1:1" }), /unreachable/],
      ["a refusal", () => refusing(), /403/],
    ])("With %s, diff uses the last known state and warns once", async (_, context, expected) => {
      const made = [await w.order(), await w.order({ __owner: "p/s/b" })];
      w.logged.length = 0;
      const run = context();
      for (const one of made) expect((await diff(one, {}, run)).changes).toBe(false);
      expect(
        (await diff({ ...made[0], state: { ...made[0]?.state, status: "refused" } } as never, {}, run)).changes,
      ).toBe(true);
      expect(w.logged.filter((line) => expected.test(line))).toHaveLength(1);
    });
  });

  describe("The guard of a link that carries or could carry traffic", () => {
    test.each<[string, (id: string) => unknown]>([
      ["Provisioning", (id) => w.simulator.control.accept(id)],
      ["Active", (id) => w.simulator.control.provision(id)],
    ])("The guard refuses to replace a link that is %s, with the loss and the way around it", async (label, happen) => {
      const made = await w.order();
      happen(made.id);
      const refusal = diff(made, { bandwidthMbps: 50 });
      await expect(refusal).rejects.toThrow(
        new RegExp(
          `replacing InterLink "link": changing bandwidthMbps from 1000 to 50 orders a new link and deletes the current one, which is ${label}`,
        ),
      );
      await expect(refusal).rejects.toThrow(/without losing traffic: add a second InterLink .* replaceLiveLink: true/);
    });
    test("The guard's first advice is to set the live values in the program", async () => {
      const made = await w.order({ active: true });
      const drifted = { ...HOSTED, bandwidthMbps: 50, popId: POP.DC3 };
      await expect(diff(made, drifted)).rejects.toThrow(
        `What to do: to keep the link as it is, set popId: "${POP.TH2}", bandwidthMbps: 1000. ` +
          "To change it without losing traffic: add a second InterLink",
      );
    });
    test("The guard never refuses a refresh, and no link counts as replaced by it", async () => {
      const made = await w.order({ active: true });
      const run = w.run();
      const news = { ...HOSTED, bandwidthMbps: 50 };
      expect(await interlink.diffInRefresh(run, made.id, made.state, news)).toEqual({ changes: true });
      const free = { ...news, replaceLiveLink: true };
      expect((await interlink.diffInRefresh(run, made.id, made.state, free)).replaces).toEqual(["bandwidthMbps"]);
      expect(run.claims.isReplaced(made.id)).toBe(false);
      await expect(interlink.diff(run, made.id, made.state, news)).rejects.toThrow(/replacing InterLink "link"/);
    });
    test("For a self-hosted link, the guard names your router, not a partner", async () => {
      const made = await w.order();
      made.state = { ...made.state, status: "active" };
      await expect(diff(made, { connectionId: POP.DC2 }, offline())).rejects.toThrow(
        /carries no traffic until your router is configured for it\./,
      );
    });
    test("For a new region, the guard says that a VPC there is needed", async () => {
      await expect(diff(await w.order({ active: true }), { region: "nl-ams" })).rejects.toThrow(
        /wait until it is Active, attach a VPC in nl-ams to it, and remove this one once no VPC in fr-par needs it\./,
      );
    });
    test("The guard says if route propagation is on", async () => {
      const made = { ...(await w.order()) };
      made.state = { ...made.state, status: "all_down", enableRoutePropagation: true };
      await expect(diff(made, { popId: POP.DC3 }, offline())).rejects.toThrow(
        /which is Down.*Route propagation is on, so traffic would stop/,
      );
    });
    test("replaceLiveLink lifts the guard", async () => {
      const made = await w.order({ active: true });
      expect(await diff(made, { bandwidthMbps: 50, replaceLiveLink: true })).toMatchObject({
        replaces: ["bandwidthMbps"],
      });
    });
    test("Changes in place pass the guard", async () => {
      expect((await diff(await w.order({ active: true }), { name: "n", tags: ["t"] })).replaces ?? []).toEqual([]);
    });
    test("A Locked link is not replaced even with replaceLiveLink", async () => {
      const made = await w.order({ active: true });
      w.simulator.control.lock(made.id);
      await expect(diff(made, { bandwidthMbps: 50, replaceLiveLink: true })).rejects.toThrow(/both would be billed/);
    });
    test.each(["configuring", "suspended"])(
      "A link in status %s is guarded, because it may be live",
      async (status) => {
        const made = await w.order();
        made.state = { ...made.state, status };
        await expect(diff(made, { bandwidthMbps: 50 }, offline())).rejects.toThrow(/without losing traffic/);
      },
    );
    test.each(["requested", "failed"])("A link in status %s is not guarded", async (status) => {
      const made = await w.order();
      made.state = { ...made.state, status };
      expect(await diff(made, { bandwidthMbps: 50 }, offline())).toMatchObject({ changes: true });
    });
  });
});

test("InterLink check reads the offer of the link's own region", async () => {
  const { failures } = await check({ ...HOSTED, region: "nl-ams" });
  expect(failures[0]).toMatchObject({ property: "popId", reason: expect.stringMatching(/in nl-ams/) });
});
