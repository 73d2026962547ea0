import {
  getPartnerOutput,
  getPopOutput,
  InterLink,
  type InterLinkArgs,
  RedundantInterLink,
} from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// Orders to partners at layer 2 and at layer 3, and what a preview says of them.
let stack: Deployment;
beforeAll(async () => {
  stack = await deployment({
    simulator: { clock: "stepped", partner: { deprovisionAfterSeconds: 0 }, secretKey: SECRET_KEY },
  });
  const { simulator } = stack;
  // Look-ups run in the program, which is this process.
  await stack.stack.setAllConfig({
    "scaleway:apiUrl": { value: simulator.url },
    "scaleway:secretKey": { value: SECRET_KEY, secret: true },
    "scaleway:projectId": { value: simulator.projectId },
  });
});
afterAll(() => stack.end());

const ordering = (args: InterLinkArgs) => () => {
  const link = new InterLink("line", args);
  return { peerAsn: link.peerAsn, vlan: link.vlan, l3Connectivity: link.l3Connectivity, nextStep: link.nextStep };
};
const AT_L2 = { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 1000 };
const AT_L3 = { popId: POP.DC3, partnerId: PARTNER.freePro, bandwidthMbps: 1000 };

/** The CLI shows each message twice: while it runs, and here. */
const diagnostics = (output: string) => output.slice(output.indexOf("Diagnostics:"));

test("An order to a partner at layer 2 takes peerAsn and vlan; another AS number is changed in place", async () => {
  stack.program(ordering({ ...AT_L2, peerAsn: 65_010, vlan: 2100 }));
  const { output } = await stack.up();
  expect(output).not.toContain("warning");
  expect(await stack.outputs()).toMatchObject({
    peerAsn: { value: 65_010 },
    vlan: { value: 2100 },
    l3Connectivity: { value: false },
  });
  expect(stack.link("line")).toMatchObject({ vlan: 2100, peer_bgp_config: { asn: 65_010 } });
  stack.program(ordering({ ...AT_L2, peerAsn: 65_011, vlan: 2100 }));
  expect((await stack.up()).changes).toEqual({ "InterLink line": "update" });
  expect(stack.link("line").peer_bgp_config?.asn).toBe(65_011);
  await stack.preview({ expectNoChanges: true });
  await stack.destroy();
});

test("A preview warns when peerAsn is not set for a partner at layer 2", async () => {
  stack.program(ordering(AT_L2));
  const { output } = await stack.preview();
  expect(output).toMatch(/warning: InterLink "line": FranceIX connects at layer 2, .* but peerAsn is not set/);
});

test("An order to a partner at layer 3 needs no AS number; with one the API's refusal is one error, and nothing is ordered", async () => {
  stack.program(ordering({ ...AT_L3, peerAsn: 65_010 }));
  expect((await stack.preview()).output).toMatch(/warning: InterLink "line": FreePro supports layer 3, /);
  const { output } = await stack.upFails();
  expect(diagnostics(output).match(/error: .*ordering InterLink "line": .*peer_asn/g)).toHaveLength(1);
  expect(stack.control.snapshot().links).toEqual([]);
  stack.program(ordering(AT_L3));
  await stack.up();
  expect(await stack.outputs()).toMatchObject({ l3Connectivity: { value: true } });
  await stack.destroy();
});

test("A preview of a redundant pair notes one partner for both links and two PoPs in one city", async () => {
  const vpcId = stack.simulator.seed.vpc({ name: "core" }).id;
  const leg = (pop: string) => ({
    popId: getPopOutput({ name: pop }).id,
    partnerId: getPartnerOutput({ name: "FreePro" }).id,
    bandwidthMbps: 1000,
  });
  const pair = (secondary: string) => () => {
    new RedundantInterLink("pair", {
      ...{ vpcId, primary: leg("DC3"), secondary: leg(secondary) },
      allowedRoutes: { ipv4: { in: ["10.10.0.0/16"] } },
    });
  };
  stack.program(pair("DC2"));
  const near = diagnostics((await stack.preview()).output);
  expect(near.match(/both links are of one partner/g)).toHaveLength(1);
  expect(near.match(/both PoPs are in Vitry-sur-Seine, and Scaleway's SLA/g)).toHaveLength(1);
  stack.program(pair("TH2"));
  expect((await stack.preview()).output).not.toContain("both PoPs are in");
});
