import { expect, test } from "vitest";
import { runCommandHere } from "../test/cli.ts";
import { apiCaller } from "../test/recordings/caller.ts";
import { PARTNER, POP, worldOfFile } from "../test/world.ts";

const { simulator, env } = await worldOfFile();
const { control, seed } = simulator;
const call = apiCaller(simulator);
const SLOW = 20_000;

/** A configured link whose policies allow two IPv4 prefixes and one IPv6 prefix. */
async function live(name: string) {
  const tags = [`pulumi:network/prod/${name}#0123456789ab`];
  const link = seed.link({
    ...{ name, tags, pop_id: POP.TH2, bandwidth_mbps: 1000, partner_id: PARTNER.franceIX, provisioned: true },
  });
  const vpc = seed.vpc({ name: `vpc of ${name}` });
  const post = (action: string, body: object = {}) => call("POST", `links/${link.id}/${action}`, body);
  await post("attach-vpc", { vpc_id: vpc.id });
  for (const [isIpv6, prefixFilterIn] of [
    [false, ["10.10.0.0/16", "10.20.0.0/16"]],
    [true, ["2001:db8::/32"]],
  ] as const) {
    const { id } = seed.routingPolicy({ name: "p", isIpv6, prefixFilterIn: [...prefixFilterIn] });
    await post("attach-routing-policy", { routing_policy_id: id });
  }
  await post("enable-route-propagation");
  return { link, vpc };
}

test(
  "interlink routes shows what is allowed, learned and missing, per link and family",
  async () => {
    const { link, vpc } = await live("paris");
    const { link: other } = await live("lyon");
    control.announce(link.id, ["10.10.0.0/16"]);
    const { code, stdout, stderr } = await runCommandHere(["routes", "--link", "paris"], env);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(
      `paris (fr-par/${link.id})\n` +
        "  IPv4 allowed:     10.10.0.0/16, 10.20.0.0/16\n" +
        "  IPv4 learned:     10.10.0.0/16\n" +
        "  IPv4 not learned: 10.20.0.0/16\n" +
        "  IPv6 allowed:     2001:db8::/32\n" +
        "  IPv6 learned:     none\n" +
        "  IPv6 not learned: 2001:db8::/32\n",
    );
    const json = JSON.parse((await runCommandHere(["routes", "--json", "--owner", "network/prod"], env)).stdout);
    expect(json).toHaveLength(2);
    expect(json[0]).toEqual({
      ...{ id: link.id, name: "paris", region: "fr-par", vpcId: vpc.id },
      ipv4: {
        allowed: ["10.10.0.0/16", "10.20.0.0/16"],
        learned: ["10.10.0.0/16"],
        notLearned: ["10.20.0.0/16"],
        notAllowed: [],
      },
      ipv6: { allowed: ["2001:db8::/32"], learned: [], notLearned: ["2001:db8::/32"], notAllowed: [] },
    });
    expect(json[1]).toMatchObject({ id: other.id, ipv4: { notLearned: [] }, ipv6: { notLearned: [] } });
  },
  SLOW,
);

test(
  "interlink routes shows learned routes as unknown if the API key may not read them",
  async () => {
    await live("paris");
    control.addFault({ kind: "status", status: 403, times: 9, path: "/routes-with-nexthop$" });
    const { code, stdout, stderr } = await runCommandHere(["routes"], env);
    expect(code).toBe(0);
    expect(stdout).toContain("  IPv4 allowed:     10.10.0.0/16, 10.20.0.0/16\n  IPv4 learned:     unknown\n");
    expect(stderr).toBe("warning: Learned routes are unknown: the API key may not read them (VPCReadOnly).\n");
  },
  SLOW,
);

test(
  "interlink routes warns if no link has a VPC",
  async () => {
    seed.link({ name: "new", pop_id: POP.TH2, bandwidth_mbps: 1000, partner_id: PARTNER.franceIX });
    expect(await runCommandHere(["routes"], env)).toEqual({
      ...{ code: 0, stdout: "" },
      stderr: "warning: no link has a VPC, so there are no routes to show\n",
    });
  },
  SLOW,
);
