/** The rules of `pulumi-scaleway-interlink/policy`, in a policy pack at the real engine. */
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import {
  InterLink,
  RedundantInterLink,
  RoutePropagation,
  RoutingPolicy,
  VpcAttachment,
} from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { enginePath, repoRoot } from "../../tools/pulumi-cli.ts";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

const PACK = `
const { PolicyPack } = require("@pulumi/policy");
const { interlinkPolicies } = require("pulumi-scaleway-interlink/policy");
new PolicyPack("rules", { policies: interlinkPolicies });
`;

let stack: Deployment;
let folder: string;
let vpcId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "interlink-policies-"));
  // Where a user has installed them: next to the pack, for the engine looks there.
  await symlink(join(repoRoot, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "rules", version: "1.0.0" }));
  await writeFile(join(folder, "index.js"), PACK);
  stack = await deployment({
    stackName: "production",
    env: { PATH: [enginePath(), join(import.meta.dirname, "language-host")].join(delimiter) },
  });
  vpcId = stack.simulator.seed.vpc({ name: "backbone" }).id;
});
afterAll(async () => {
  await stack.end();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => stack.program(() => {}));

/** Runs with the pack, configured as `--policy-pack-config` does it. */
async function run(operation: "preview" | "up", config: object = {}, pack = folder) {
  const file = join(folder, "config.json");
  await writeFile(file, JSON.stringify(config));
  const { error, output } = await stack.attempt(operation, { policyPacks: [pack], policyPackConfigs: [file] });
  return { refused: error !== undefined, output };
}

const LEG = { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 };
const OTHER_LEG = { popId: POP.DC3, partnerId: PARTNER.freePro, bandwidthMbps: 50 };
const ROUTES = { ipv4: { in: ["10.1.0.0/16"], out: ["172.16.0.0/22"] }, ipv6: { in: ["2001:db8::/32"] } };

/** One link that breaks every rule. */
const careless = () => {
  const routes = new RoutingPolicy("anything", { prefixFilterIn: ["128.0.0.0/1", "0.0.0.0/1", "10.0.0.0/8"] });
  const link = new InterLink("line", { ...LEG, replaceLiveLink: true, tags: ["env=live"] });
  const attachment = new VpcAttachment("vpc", { linkId: link.id, vpcId });
  new RoutePropagation("routes", { linkId: attachment.linkId, routingPolicyV4Id: routes.id });
};

describe("The rules of the policy pack", () => {
  test("A careless program is refused by each rule, before anything exists", async () => {
    stack.program(careless);
    const { refused, output } = await run("preview", {
      "interlink-required-tags": { tags: ["team=*", "env=*", "cost=*"] },
    });
    expect(refused).toBe(true);
    expect(output).toContain(`VPC ${vpcId} is carried at one PoP only (vpc), and stack production needs 2`);
    expect(output).toContain("prefixFilterIn of anything is a default route (0.0.0.0/0)");
    expect(output).toContain("line sets replaceLiveLink");
    expect(output).toContain("routes has no routingPolicyV6Id");
    expect(output).toContain("line has no tag team=*, cost=*");
    expect(output).toContain("anything has no tag team=*, env=*, cost=*");
    expect(stack.control.snapshot().links).toEqual([]);
  });

  test("Each rule is switched off, or made to except a resource, by configuration", async () => {
    stack.program(careless);
    const { refused, output } = await run("preview", {
      "interlink-two-pops": { stacks: ["live*"] },
      "interlink-no-default-route": { directions: ["out"] },
      "interlink-no-live-replacement": { except: ["li*"] },
      "interlink-both-families": "disabled",
    });
    expect(refused, output).toBe(false);
    for (const message of ["is carried at", "default route", "replaceLiveLink", "routingPolicyV6Id", "no tag"]) {
      expect(output).not.toContain(message);
    }
  });

  test("A violation of an advisory rule is shown, and the run goes on", async () => {
    stack.program(careless);
    const advisory = Object.fromEntries(
      ["two-pops", "no-default-route", "no-live-replacement"].map((rule) => [`interlink-${rule}`, "advisory"]),
    );
    const { refused, output } = await run("preview", advisory);
    expect(refused, output).toBe(false);
    expect(output).toContain("line sets replaceLiveLink");
    expect(output).toContain("is carried at one PoP only");
  });

  test("A redundant connection with tags passes: in preview, in up, and once it exists", async () => {
    stack.program(
      () =>
        new RedundantInterLink("pair", {
          vpcId,
          primary: { ...LEG, tags: ["team=network"] },
          secondary: { ...OTHER_LEG, tags: ["team=network"] },
          allowedRoutes: ROUTES,
        }),
    );
    const config = { "interlink-required-tags": { tags: ["team=*"] } };
    for (const operation of ["preview", "up", "preview"] as const) {
      const { refused, output } = await run(operation, config);
      expect(refused, output).toBe(false);
      expect(output).not.toMatch(/\[(mandatory|advisory)\]/);
    }
    const more = await run("preview", { "interlink-two-pops": { minimumPops: 3 } });
    expect(more.refused).toBe(true);
    expect(more.output).toContain(`VPC ${vpcId} is carried at 2 PoPs only (pair-primary, pair-secondary)`);
    await stack.destroy();
  });

  test("Two links at one PoP do not count as two, and links of different VPCs do not help each other", async () => {
    const other = stack.simulator.seed.vpc({ name: "other" }).id;
    stack.program(() => {
      const legs = [LEG, { ...LEG, popId: `fr-par/${LEG.popId}` }, OTHER_LEG].map(
        (leg, nth) => new InterLink(`link-${nth}`, leg),
      );
      for (const [nth, link] of legs.entries()) {
        new VpcAttachment(`vpc-${nth}`, { linkId: link.id, vpcId: nth === 2 ? other : vpcId });
      }
    });
    const { refused, output } = await run("preview");
    expect(refused).toBe(true);
    expect(output).toContain(`VPC ${vpcId} is carried at one PoP only (vpc-0, vpc-1)`);
    expect(output).toContain(`VPC ${other} is carried at one PoP only (vpc-2)`);
  });

  test("A link of another stack may be at any PoP, so that nothing is said of it", async () => {
    const link = stack.simulator.seed.link({
      name: "elsewhere",
      pop_id: POP.TH2,
      partner_id: PARTNER.franceIX,
      bandwidth_mbps: 50,
      provisioned: true,
    });
    stack.program(() => {
      const own = new InterLink("own", OTHER_LEG);
      new VpcAttachment("own", { linkId: own.id, vpcId });
      new VpcAttachment("elsewhere", { linkId: link.id, vpcId });
    });
    expect((await run("preview")).output).not.toContain("is carried at");
  });
});

test("The example pack runs as it stands, with its own configuration", async () => {
  const pack = join(folder, "example");
  await cp(join(repoRoot, "examples", "policy-pack"), pack, {
    recursive: true,
    filter: (path) => !path.includes("node_modules"),
  });
  await symlink(join(repoRoot, "node_modules"), join(pack, "node_modules"));
  stack.program(careless);
  const { refused, output } = await run("preview", {}, pack);
  expect(refused).toBe(true);
  expect(output).toContain("line sets replaceLiveLink");
  expect(output).toContain("line has no tag team=*");
  for (const message of ["is carried at", "default route", "routingPolicyV6Id"]) expect(output).not.toContain(message);
});
