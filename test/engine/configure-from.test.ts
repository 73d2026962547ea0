import {
  InterLink,
  RedundantInterLink,
  type RedundantInterLinkArgs,
  RoutePropagation,
  RoutingPolicy,
  VpcAttachment,
} from "pulumi-scaleway-interlink";
import { expect, test } from "vitest";
import type { SimulatorOptions } from "../../simulator/index.ts";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// Stories of days, each from the order to traffic on both legs.
const day = 86_400;
const clock = "stepped" as const;

/** The pair of README.md. */
function pairProgram(stack: Deployment, more: Partial<RedundantInterLinkArgs>) {
  const vpcId = stack.simulator.seed.vpc({ name: "core" }).id;
  stack.program(() => {
    const line = new RedundantInterLink("line", {
      vpcId,
      primary: { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 1000 },
      secondary: { popId: POP.DC3, partnerId: PARTNER.freePro, bandwidthMbps: 1000 },
      allowedRoutes: {
        ipv4: { in: ["10.10.0.0/16"], out: ["172.16.0.0/22"] },
        ipv6: { in: ["2001:db8:10::/48"] },
      },
      ...more,
    });
    const { health, nextSteps, pairingKeys } = line;
    return { health, nextSteps, pairingKeys };
  });
}

/** What the outputs show, secrets masked. */
async function shown(stack: Deployment): Promise<Record<string, unknown>> {
  const outputs = Object.entries(await stack.outputs());
  return Object.fromEntries(outputs.map(([name, { value, secret }]) => [name, secret ? "[secret]" : value]));
}

async function story(simulator: SimulatorOptions, tell: (stack: Deployment) => Promise<void>): Promise<void> {
  const stack = await deployment({ simulator: { clock, partner: { deprovisionAfterSeconds: 0 }, ...simulator } });
  try {
    await tell(stack);
    expect(stack.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, withdrawals: [], unhandled: [] });
    await stack.destroy();
    expect(stack.control.snapshot().links).toEqual([]);
    expect(stack.control.counters()).toMatchObject({ outOfOrder: [] });
  } finally {
    await stack.end();
  }
}

function provisionAll({ control }: Deployment): void {
  for (const { id } of control.snapshot().links) control.provision(id);
}

const OPEN = { status: "active", bgp_v4_status: "up", bgp_v6_status: "up", enable_route_propagation: true };
const STEPS = {
  "VpcAttachment line-primary": "update",
  "RoutePropagation line-primary": "update",
  "VpcAttachment line-secondary": "update",
  "RoutePropagation line-secondary": "update",
};

test("With configureFrom ordered, one up on day 0 is all: traffic starts on both legs when the partners have acted", async () => {
  await story({ earlyConfiguration: true }, async (pair) => {
    pairProgram(pair, { configureFrom: "ordered" });
    const { output } = await pair.up();
    expect(output).not.toContain("deferred");
    expect(await shown(pair)).toMatchObject({
      health: "provisioning",
      nextSteps: {
        primary: expect.stringMatching(
          /^By \d+ \w+, give the pairing key to FranceIX; VPC and routes are already configured, .*: .+@/,
        ),
        secondary: expect.stringMatching(
          /^By \d+ \w+, give the pairing key to FreePro; VPC and routes are already configured, .*: .+@/,
        ),
      },
      pairingKeys: "[secret]",
    });

    pair.control.advance(3 * day);
    await pair.preview({ expectNoChanges: true });
    const changed = await pair.requestsOf(async () => {
      provisionAll(pair);
      expect(pair.control.snapshot().links).toMatchObject([OPEN, OPEN]);
      await pair.preview({ expectNoChanges: true });
      // As a Pulumi.yaml with `refresh: always` does it: no step is taken.
      await pair.up({ refresh: true });
    });
    expect(changed.filter((call) => !call.startsWith("GET "))).toEqual([]);
    expect(await shown(pair)).toMatchObject({ health: "redundant" });
  });
});

test("With configureFrom ordered, an API that refuses early steps leads to deferred steps, which a later up takes", async () => {
  await story({ strict: true }, async (pair) => {
    pairProgram(pair, { configureFrom: "ordered" });
    const { output } = await pair.up();
    expect(output).toMatch(
      /VpcAttachment "line-primary" is deferred: the API refuses this while the link is Requesting: /,
    );
    expect(await shown(pair)).toMatchObject({ health: "provisioning" });
    const asked = await pair.requestsOf(async () => {
      await pair.preview({ expectNoChanges: true });
      await pair.refresh();
      expect((await pair.up()).changes).toEqual({});
    });
    expect(
      asked.filter((call) => !call.startsWith("GET ")),
      "a refused step is not tried again",
    ).toEqual([]);

    pair.control.advance(3 * day);
    provisionAll(pair);
    expect((await pair.preview()).changes).toEqual(STEPS);
    expect((await pair.up()).changes).toEqual(STEPS);
    expect(pair.control.snapshot().links).toMatchObject([OPEN, OPEN]);
    await pair.preview({ expectNoChanges: true });
    expect(await shown(pair)).toMatchObject({ health: "redundant" });
  });
});

test("Without any flag, the first up ends well and shows what the partners need, and the up of day 3 takes the steps", async () => {
  await story({}, async (pair) => {
    pairProgram(pair, {});
    const { output } = await pair.up();
    expect(output).toMatch(/VpcAttachment "line-primary" is deferred: the link is Requesting, not Active/);
    expect(await shown(pair)).toMatchObject({
      health: "provisioning",
      nextSteps: { primary: expect.stringMatching(/^By \d+ \w+, give the pairing key to FranceIX: /) },
      pairingKeys: "[secret]",
    });
    pair.control.advance(3 * day);
    provisionAll(pair);
    expect((await pair.up()).changes).toEqual(STEPS);
    expect(pair.control.snapshot().links).toMatchObject([OPEN, OPEN]);
    expect(await shown(pair)).toMatchObject({ health: "redundant" });
    await pair.preview({ expectNoChanges: true });
  });
});

test("A self-hosted link is configured in one up, and becomes Active once the router is configured and a session is up", async () => {
  await story({ strict: true }, async (stack) => {
    const { seed, control } = stack.simulator;
    const { id: connectionId } = seed.dedicatedConnection({ name: "rack-a1", popId: POP.TH2 });
    const vpcId = seed.vpc({ name: "core" }).id;
    stack.program(() => {
      const link = new InterLink("line", {
        ...{ connectionId, popId: POP.TH2, bandwidthMbps: 1000 },
      });
      const attachment = new VpcAttachment("line", { linkId: link.id, vpcId });
      const policy = new RoutingPolicy("allowed", { prefixFilterIn: ["10.10.0.0/16"] });
      const routes = new RoutePropagation("line", { linkId: attachment.linkId, routingPolicyV4Id: policy.id });
      return { nextStep: link.nextStep, open: routes.effective, blockedBy: routes.blockedBy };
    });
    await stack.up();
    expect(await shown(stack)).toMatchObject({ open: false, blockedBy: ["the link is Ready, not Active"] });
    expect(stack.link("line")).toMatchObject({ status: "ready", vpc_id: vpcId, enable_route_propagation: true });
    await stack.preview({ expectNoChanges: true });

    control.configureRouter(stack.link("line").id);
    expect(stack.link("line")).toMatchObject({ status: "active", bgp_v4_status: "up" });
    await stack.preview({ expectNoChanges: true });
    await stack.up({ refresh: true });
    expect(await shown(stack)).toMatchObject({ open: true, blockedBy: [] });
  });
});
