import { afterEach, beforeEach, expect, test } from "vitest";
import { interlink, type Sent } from "../../../test/handlers.ts";
import { HOSTED, type World, world } from "../../../test/world.ts";
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
test("nor any where ownership tags are off: create would not go on with it", async () => {
  expect(await check({}, { "scaleway:ownershipTags": "false" })).toEqual(REFUSED);
});
