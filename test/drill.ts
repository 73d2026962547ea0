/** A healthy pair of links in the simulator, and drills on one of them. */
import { beforeEach, expect } from "vitest";
import { type DrillOptions, runDrill } from "../cli/drill/drill.ts";
import type { Probe } from "../cli/drill/probe.ts";
import { linksNamed } from "../cli/targets.ts";
import { apiCaller } from "./recordings/caller.ts";
import { PARTNER, POP, worldOfFile } from "./world.ts";

const OWN_TAGS = (name: string) => [`pulumi:network/prod/${name}#0123456789ab`, "mine"];

/** A signal that is never aborted. */
const NEVER = new AbortController().signal;

/**
 * One simulator for all tests of a file. Each test starts with a redundant pair: `paris` and `lyon`, at two PoPs, from two
 * partners, on one VPC with the same policies.
 */
export async function drillWorld() {
  const world = await worldOfFile();
  const { control, seed } = world.simulator;
  const call = apiCaller(world.simulator);
  const legs = { paris: "", lyon: "" };
  let vpcId = "";

  /** A link with route propagation and these policies. */
  const link = async (name: string, popId: string, partnerId: string, policies: readonly string[]) => {
    const order = { name, pop_id: popId, partner_id: partnerId, bandwidth_mbps: 1000, tags: OWN_TAGS(name) };
    const { id } = seed.link({ ...order, provisioned: true });
    await call("POST", `links/${id}/attach-vpc`, { vpc_id: vpcId });
    for (const policy of policies) {
      await call("POST", `links/${id}/attach-routing-policy`, { routing_policy_id: policy });
    }
    await call("POST", `links/${id}/enable-route-propagation`);
    return id;
  };
  beforeEach(async () => {
    vpcId = seed.vpc({ name: "production" }).id;
    const ipv4 = { prefixFilterIn: ["10.1.0.0/16", "10.2.0.0/16"], prefixFilterOut: ["172.16.0.0/22"] };
    const policies = [
      seed.routingPolicy({ name: "v4", ...ipv4 }).id,
      seed.routingPolicy({ name: "v6", isIpv6: true, prefixFilterIn: ["2001:db8::/32"] }).id,
    ];
    legs.paris = await link("paris", POP.TH2, PARTNER.franceIX, policies);
    legs.lyon = await link("lyon", POP.DC3, PARTNER.freePro, policies);
    control.clearRequests();
  });

  const paris = () => world.live(legs.paris);
  const target = async () => {
    const context = world.run();
    const [found] = await linksNamed(context, "fr-par", ["paris"]);
    if (found === undefined) throw new Error("there is no paris");
    return { context, found };
  };
  return {
    ...world,
    control,
    seed,
    call,
    legs,
    link,
    paris,
    target,
    /** Runs a drill on paris: it holds for 60 s, at most 600 s, on the simulator's clock. */
    async drill(options: Partial<DrillOptions> = {}) {
      const lines: string[] = [];
      const { context, found } = await target();
      const record = await runDrill(context, found, {
        holdSeconds: 60,
        atMostSeconds: 600,
        stop: NEVER,
        giveUp: NEVER,
        alarm: () => NEVER,
        say: (line) => lines.push(line),
        ...options,
      });
      return { record, lines };
    },
    marks: () => paris()?.tags.filter((tag) => tag.startsWith("interlink-drill:")),
    /** Each withdrawal so far: link, family, and whether it has ended. */
    withdrawals: () =>
      control.counters().withdrawals.map(({ linkId, family, until }) => [linkId, family, until !== undefined]),
    /** The withdrawals of a finished drill: both families of paris, once. */
    onlyParis: () => [
      [legs.paris, "ipv4", true],
      [legs.paris, "ipv6", true],
    ],
    isRestored() {
      expect(paris()).toMatchObject({ enable_route_propagation: true, tags: OWN_TAGS("paris") });
    },
  };
}

/** A probe that calls `happens` in its nth run, and then fails with `wrong` if it is given. */
export function onRun(nth: number, happens: () => unknown, wrong?: string): NonNullable<DrillOptions["probe"]> {
  let runs = 0;
  const run: Probe = async () => {
    runs += 1;
    if (runs !== nth) return undefined;
    await happens();
    return wrong;
  };
  return { run, command: ["probe"] };
}
