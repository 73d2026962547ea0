import { InterLink } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// Changes of a link that did not come from this program.
let leg: Deployment;
let bandwidthMbps = 50;
beforeAll(async () => {
  leg = await deployment();
  leg.program(() => void new InterLink("link", { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps }));
  await leg.up();
});
afterAll(() => leg.end());

test("Preview, up and refresh report a second live order with both ids until it is deleted", async () => {
  const { id, tags } = leg.link("link");
  const late = leg.simulator.seed.link({
    name: "late",
    pop_id: POP.TH2,
    bandwidth_mbps: 50,
    partner_id: PARTNER.franceIX,
    tags: [`${tags[0]?.split("#")[0]}#0123456789ab`],
  });
  const both = new RegExp(`two live links carry this resource's tag: ${id} .* and ${late.id} `);
  for (const run of [await leg.preview(), await leg.up(), await leg.refresh()]) {
    expect(run.output).toMatch(both);
    expect(run.changes).toEqual({});
  }
  await leg.outsidePulumi("DELETE", `/links/${late.id}`);
  for (const run of [await leg.preview(), await leg.refresh()]) expect(run.output).not.toContain("two live links");
});

test("If Scaleway changed a bandwidth, a refresh works, up is refused, and the live value in the program resolves it", async () => {
  const before = leg.control.snapshot().links;
  const counters = leg.control.counters();
  // As if the link had been ordered with 100.
  const deployed = await leg.stack.exportStack();
  const text = JSON.stringify(deployed.deployment).replaceAll('"bandwidthMbps":50', '"bandwidthMbps":100');
  await leg.stack.importStack({ ...deployed, deployment: JSON.parse(text) });
  bandwidthMbps = 100;
  const preview = await leg.attempt("refresh", { previewOnly: true });
  expect(preview.error).toBeUndefined();
  expect(preview.changes).toMatchObject({ "InterLink link": "update" });
  await leg.refresh();
  const { output } = await leg.previewFails();
  expect(output).toMatch(/to keep the link as it is, set bandwidthMbps: 50\./);
  expect((await leg.attempt("up", { refresh: true })).output).toMatch(/changing bandwidthMbps from 50 to 100/);
  bandwidthMbps = 50;
  expect((await leg.up({ refresh: true })).changes).toEqual({});
  expect(leg.control.snapshot().links).toEqual(before);
  // The second order of the previous test counts as one.
  expect(leg.control.counters()).toEqual(counters);
});
