/** The rules of `pulumi-scaleway-interlink/policy`, in a policy pack run by the real engine. */
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
  // Next to the pack, where users install them and the engine looks.
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

/** Runs with the pack, configured as by `--policy-pack-config`. */
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
  test("Each policy rule refuses a link that breaks it before anything is created", async () => {
    stack.program(careless);
    const { refused, output } = await run("preview", {
      "interlink-required-tags": { tags: ["team=*", "env=*", "cost=*"] },
    });
    expect(refused).toBe(true);
    expect(output).toContain(`VPC ${vpcId} has links at only one PoP (vpc), and stack production needs 2`);
    expect(output).toContain("prefixFilterIn of anything allows the default route 0.0.0.0/0");
    expect(output).toContain("line sets replaceLiveLink");
    expect(output).toContain("routes has no routingPolicyV6Id");
    expect(output).toContain("line has no tag team=*, cost=*");
    expect(output).toContain("anything has no tag team=*, env=*, cost=*");
    expect(stack.control.snapshot().links).toEqual([]);
  });

  test("Configuration can disable each policy rule, or exempt a resource from it", async () => {
    stack.program(careless);
    const { refused, output } = await run("preview", {
      "interlink-two-pops": { stacks: ["live*"] },
      "interlink-no-default-route": { directions: ["out"] },
      "interlink-no-live-replacement": { except: ["li*"] },
      "interlink-both-families": "disabled",
    });
    expect(refused, output).toBe(false);
    for (const message of ["has links at only", "default route", "replaceLiveLink", "routingPolicyV6Id", "no tag"]) {
      expect(output).not.toContain(message);
    }
  });

  test("A violation of an advisory rule is shown, and the run continues", async () => {
    stack.program(careless);
    const advisory = Object.fromEntries(
      ["two-pops", "no-default-route", "no-live-replacement"].map((rule) => [`interlink-${rule}`, "advisory"]),
    );
    const { refused, output } = await run("preview", advisory);
    expect(refused, output).toBe(false);
    expect(output).toContain("line sets replaceLiveLink");
    expect(output).toContain("has links at only one PoP");
  });

  test("A redundant connection with tags passes all policy rules: in preview, in up, and once it exists", async () => {
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
    expect(more.output).toContain(`VPC ${vpcId} has links at only 2 PoPs (pair-primary, pair-secondary)`);
    await stack.destroy();
  });

  test("The rule for redundancy does not count two links at one PoP, nor links of different VPCs", async () => {
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
    expect(output).toContain(`VPC ${vpcId} has links at only one PoP (vpc-0, vpc-1)`);
    expect(output).toContain(`VPC ${other} has links at only one PoP (vpc-2)`);
  });

  test("The rule for redundancy does not judge links of another stack, whose PoP is unknown", async () => {
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
    expect((await run("preview")).output).not.toContain("has links at only");
  });
});

test("The example policy pack runs unchanged, with its own configuration", async () => {
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
  for (const message of ["has links at only", "default route", "routingPolicyV6Id"])
    expect(output).not.toContain(message);
});
