import { describe, expect, test } from "vitest";
import { interlink } from "../../test/handlers.ts";
import { HOSTED, PARTNER, POP, type World, worldOfFile } from "../../test/world.ts";
import { UNKNOWN } from "../domain/unknown.ts";
import { findAll, findOne, nouns } from "./index.ts";
import { type InterLinkKind, interLinks } from "./interlinks.ts";

// The BGP peer is your own router (self-hosted, or a partner at layer 2), or the partner's (layer 3).
const w = await worldOfFile();
const april = await worldOfFile({ l3Connectivity: false });

const L2 = HOSTED;
const L3 = { ...HOSTED, partnerId: PARTNER.freePro, popId: POP.DC3 };
const warnings = async (news: object, on: World = w) => {
  on.logged.length = 0;
  const { failures } = await interlink.check(on.run(), {}, news);
  return { failures, logged: [...on.logged] };
};

describe("Before an order", () => {
  test("peerAsn and vlan are accepted for a partner at layer 2", async () => {
    expect(await warnings({ ...L2, peerAsn: 65_010, vlan: 2100 })).toEqual({ failures: [], logged: [] });
  });
  test("A missing peerAsn is a warning if your own router is the BGP peer", async () => {
    const { failures, logged } = await warnings(L2);
    expect(failures).toEqual([]);
    expect(logged).toEqual([
      expect.stringMatching(/^warning: InterLink "link": FranceIX connects at layer 2, so your own router .* peerAsn/),
    ]);
    const connection = w.simulator.seed.dedicatedConnection({ name: "port", popId: HOSTED.popId });
    const own = { popId: HOSTED.popId, bandwidthMbps: 1000, connectionId: connection.id, __owner: "p/s/own" };
    expect((await warnings(own)).logged).toEqual([
      expect.stringContaining("the link is self-hosted, so your own router"),
    ]);
    expect((await warnings({ ...own, peerAsn: 65_010 })).logged).toEqual([]);
    expect((await warnings({ ...L2, peerAsn: UNKNOWN })).logged).toEqual([]);
  });
  test("peerAsn or vlan for a partner at layer 3 is a warning: the API decides", async () => {
    expect((await warnings(L3)).logged).toEqual([]);
    expect((await warnings({ ...L3, peerAsn: 65_010, vlan: 2100 })).logged).toEqual([
      expect.stringMatching(/^warning: InterLink "link": FreePro supports layer 3, .* may refuse peerAsn and vlan\./),
    ]);
  });
  test("There is no warning if the API does not report the layer", async () => {
    expect((await warnings(L2, april)).logged).toEqual([]);
    expect((await warnings({ ...L3, peerAsn: 65_010 }, april)).logged).toEqual([]);
  });
  test("There is no warning for a link that exists", async () => {
    w.logged.length = 0;
    await interlink.check(w.run(), L2, L2);
    expect(w.logged).toEqual([]);
  });
});

describe("An order", () => {
  test("An order to a partner at layer 2 contains the AS number and the VLAN of the program", async () => {
    const { id, state } = await w.order({ peerAsn: 65_010, vlan: 2100 });
    expect(state).toMatchObject({ peerAsn: 65_010, vlan: 2100, l3Connectivity: false, kind: "hosted" });
    const after = await interlink.update(w.run(), id, state, { ...L2, peerAsn: 65_011, vlan: 2100 });
    expect(after).toMatchObject({ peerAsn: 65_011 });
  });
  test("An order with an AS number to a partner at layer 3 fails with one error, and nothing is ordered", async () => {
    await expect(interlink.create(w.run(), { ...L3, peerAsn: 65_010 })).rejects.toThrow(
      /^ordering InterLink "link": .*peer_asn[\s\S]*\[api-invalid_arguments\]$/,
    );
    expect(w.simulator.control.snapshot().links).toEqual([]);
  });
  test("The error for an AS number that a hosted link cannot change recommends a replacement", async () => {
    const { id, state } = await interlink.create(w.run(), L3);
    expect(state).toMatchObject({ l3Connectivity: true });
    const failure = await interlink.update(w.run(), id, state, { ...L3, peerAsn: 65_010 }).catch((cause) => cause);
    expect(failure.message).toMatch(
      /^updating InterLink "link".*412[\s\S]*replace the link\. To do so without losing traffic: add a second/,
    );
    expect(failure.message.match(/What to do/g)).toHaveLength(1);
  });
});

describe("The next step of a link whose sessions are down", () => {
  test.each([
    ["layer 2", L2, /^No BGP session is up\. Check your router, then ask FranceIX: /],
    ["layer 3", L3, /^No BGP session is up\. Ask FreePro, whose router is the BGP peer: /],
  ])("The next step of a link whose sessions are down names the router to check: %s", async (_, news, sentence) => {
    const { id, state } = await interlink.create(w.run(), news);
    w.simulator.control.addFault({
      ...{ kind: "status", method: "GET", path: `/links/${id}$`, status: 200, times: 1 },
      body: { ...w.live(id), status: "all_down" },
    });
    expect((await interlink.read(w.run(), id, state))?.state.nextStep).toMatch(sentence);
  });
});

describe("Functions", () => {
  test("Partners are filtered by layer", async () => {
    const layer3 = await findAll(w.run(), nouns.partners, { l3Connectivity: true });
    expect(layer3).toMatchObject([{ id: PARTNER.freePro, l3Connectivity: true }]);
    expect(await findOne(w.run(), nouns.partners, { name: "FranceIX" })).toMatchObject({ l3Connectivity: false });
  });
  test("PoPs are filtered by whether a partner supports layer 3, and show their city", async () => {
    const pops = await findAll(w.run(), nouns.pops, { l3ConnectivityPartners: true });
    const without = await findAll(w.run(), nouns.pops, { l3ConnectivityPartners: false });
    const all = await findAll(w.run(), nouns.pops, {});
    expect(pops.length + without.length).toBe(all.length);
    expect(all.find(({ id }) => id === POP.TH2)?.city).toBe("Paris");
  });
  test("Links are filtered by kind, also if the API does not report the layer", async () => {
    await w.order();
    await interlink.create(w.run(), { ...L3, __owner: "p/s/other" });
    const found = async (kind: InterLinkKind) =>
      (await findAll(w.run(), interLinks, { kind })).map(({ partnerId }) => partnerId);
    expect(await found("hosted")).toEqual([PARTNER.franceIX, PARTNER.freePro]);
    expect(await found("l2_hosted")).toEqual([PARTNER.franceIX]);
    expect(await found("l3_hosted")).toEqual([PARTNER.freePro]);
    expect(await found("self_hosted")).toEqual([]);
    await expect(findAll(w.run(), interLinks, { kind: "l4" as "hosted" })).rejects.toThrow(/"hosted" or "self_hosted"/);
  });
});
