import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { interlink, type Sent } from "../../../test/handlers.ts";
import { HOSTED, SECRET_KEY, type World, world } from "../../../test/world.ts";
import type { InterLinkInputs } from "./definition.ts";

let w: World;
let news: Sent<InterLinkInputs>;
/** An order at a PoP of the only capacity that it had: both of the PoP's reads say so from then on. */
beforeEach(async () => {
  w = await world();
  const pop = w.simulator.seed.pop({ name: "- Small", bandwidthsMbps: [1000] });
  news = { ...HOSTED, popId: pop.id };
  await w.order(news);
  const used = { ...pop, available_link_bandwidths_mbps: [50] };
  const answer = { kind: "status", method: "GET", status: 200, times: 99 } as const;
  w.simulator.control.addFault({ ...answer, path: "/pops/[^/]+$", body: used });
  w.simulator.control.addFault({ ...answer, path: "/pops$", body: { pops: [used], total_count: 1 } });
});
afterEach(() => w.end());

const check = async (more: Partial<Sent<InterLinkInputs>> = {}, stack = {}) =>
  (await interlink.check(w.run(stack), {}, { ...news, ...more })).failures;
const REFUSED = [{ property: "bandwidthMbps", reason: "PoP Small (Example City) offers 50 Mbps, not 1000" }];

test("what an order of this very resource has taken is not missing: a run that was killed can go on", async () => {
  expect(await check()).toEqual([]);
});
test("what another owner's order has taken is", async () => {
  expect(await check({ __owner: "p/s/link2" })).toEqual(REFUSED);
  expect(await check({ __owner: undefined as never })).toEqual(REFUSED);
});
test("nor does an own order count that is another one", async () => {
  expect(await check({ bandwidthMbps: 2000 })).toEqual([
    { property: "bandwidthMbps", reason: "PoP Small (Example City) offers 50 Mbps, not 2000" },
  ]);
});
test("nor one that was refused", async () => {
  const [link] = w.simulator.control.snapshot().links;
  w.simulator.control.refuse(link?.id ?? "", "no");
  expect(await check()).toEqual(REFUSED);
});
test("nor any where ownership tags are off: create would not resume it", async () => {
  expect(await check({}, { "scaleway:ownershipTags": "false" })).toEqual(REFUSED);
});

describe("Links on a dedicated connection", () => {
  const port = (bandwidth_mbps = 10_000) =>
    w.simulator.seed.dedicatedConnection({ name: "rack-a1", popId: HOSTED.popId, bandwidth_mbps });
  const own = (connectionId: string, more: object = {}) => ({
    ...{ popId: HOSTED.popId, bandwidthMbps: 5000, connectionId, peerAsn: 65_010, __owner: "p/s/own" },
    ...more,
  });
  const failures = async (news: object, run = w.run()) => (await interlink.check(run, {}, news)).failures;

  test("An order beyond the port's bandwidth is refused before it is placed, with what is on it", async () => {
    const { id } = port();
    w.simulator.seed.link({ name: "old", pop_id: HOSTED.popId, connection_id: id, bandwidth_mbps: 5000 });
    expect(await failures(own(id))).toEqual([]);
    expect(await failures(own(id, { bandwidthMbps: 10_000 }))).toEqual([
      {
        property: "bandwidthMbps",
        reason:
          "the links on the dedicated connection rack-a1 would add up to 15000 Mbps, but its port has 10000 Mbps " +
          "(5000 Mbps in use, 10000 Mbps ordered by this program)",
      },
    ]);
  });
  test("Orders of one program count together, and each once", async () => {
    const { id } = port();
    const run = w.run();
    expect(await failures(own(id), run)).toEqual([]);
    expect(await failures(own(id), run)).toEqual([]);
    expect(await failures(own(id, { __owner: "p/s/second" }), run)).toEqual([]);
    expect(await failures(own(id, { __owner: "p/s/third" }), run)).toHaveLength(1);
  });
  test("A link that the order replaces, and one that is deleted, do not count", async () => {
    const { id } = port(5000);
    const { id: linkId } = await interlink.create(w.run(), own(id));
    expect(await failures(own(id))).toEqual([]);
    expect(await failures(own(id, { __owner: "p/s/second" }))).toHaveLength(1);
    await fetch(`${w.simulator.url}/interlink/v1beta1/regions/fr-par/links/${linkId}`, {
      method: "DELETE",
      headers: { "x-auth-token": SECRET_KEY },
    });
    expect(await failures(own(id, { __owner: "p/s/second" }))).toEqual([]);
  });
});
