import { InterLink, VpcAttachment } from "pulumi-scaleway-interlink";
import { expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { deployment } from "./harness.ts";

test("customTimeouts limit the wait for the partner", async () => {
  const leg = await deployment({ simulator: { partner: {} } });
  const vpcId = leg.simulator.seed.vpc({ name: "mine" }).id;
  leg.program(() => {
    const link = new InterLink("link", { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 });
    new VpcAttachment(
      "vpc",
      { linkId: link.id, vpcId, whenNotActive: "wait" },
      { customTimeouts: { create: "2s", update: "2s" } },
    );
  });
  expect((await leg.upFails()).output).toMatch(/timed out after 2 s: the link is Requesting.*, not Active/);
  expect(leg.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, withdrawals: [] });
  await leg.end();
});
