import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { InterLink, RedundantInterLink } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enginePath, repoRoot } from "../../tools/pulumi-cli.ts";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

/** A pack of rules by class, as in Pulumi's documentation. */
const PACK = `
const { PolicyPack, validateResourceOfType, validateStackResourcesOfType } = require("@pulumi/policy");
const { InterLink, RedundantInterLink, RoutingPolicy } = require("pulumi-scaleway-interlink");

new PolicyPack("network", {
  policies: [
    {
      name: "bandwidth",
      description: "No link has more than 500 Mbps.",
      enforcementLevel: "mandatory",
      validateResource: validateResourceOfType(InterLink, (link, args, report) => {
        if (link.bandwidthMbps > 500) report(args.name + " has " + link.bandwidthMbps + " Mbps");
      }),
    },
    {
      name: "prefixes",
      description: "No policy accepts a default route.",
      enforcementLevel: "advisory",
      validateResource: validateResourceOfType(RoutingPolicy, ({ prefixFilterIn }, args, report) => {
        if (prefixFilterIn.includes("0.0.0.0/0")) report(args.name + " accepts a default route");
      }),
    },
    {
      name: "budget",
      description: "A stack has one link.",
      enforcementLevel: "advisory",
      validateStack: validateStackResourcesOfType(InterLink, (links, args, report) => {
        if (links.length > 1) report("there are " + links.length + " links of " + links[0].bandwidthMbps + " Mbps");
      }),
    },
    {
      name: "components",
      description: "Redundant connections are counted.",
      enforcementLevel: "advisory",
      validateStack: validateStackResourcesOfType(RedundantInterLink, (found, args, report) => {
        if (found.length > 0) report("there are " + found.length + " redundant connections");
      }),
    },
  ],
});
`;

let stack: Deployment;
let pack: string;

beforeAll(async () => {
  pack = await mkdtemp(join(tmpdir(), "interlink-policy-pack-"));
  await writeFile(join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\n");
  await writeFile(join(pack, "package.json"), JSON.stringify({ name: "network", version: "1.0.0" }));
  await writeFile(join(pack, "index.js"), PACK);
  await symlink(join(repoRoot, "node_modules"), join(pack, "node_modules"));
  stack = await deployment({
    env: { PATH: [enginePath(), join(import.meta.dirname, "language-host")].join(delimiter) },
  });
});
afterAll(async () => {
  await stack.end();
  await rm(pack, { recursive: true, force: true });
});

const order = (bandwidthMbps: number) => ({ popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps });
const preview = async () => {
  const { error, output } = await stack.attempt("preview", { policyPacks: [pack] });
  return { refused: error !== undefined, output };
};

test("A policy rule by class fires for a link that breaks it, and for no other resource", async () => {
  stack.program(() => void new InterLink("small", order(500)));
  const good = await preview();
  expect(good.output).toContain("network");
  expect(good.refused, good.output).toBe(false);

  stack.program(() => void new InterLink("large", order(1000)));
  const bad = await preview();
  expect(bad.refused).toBe(true);
  expect(bad.output).toContain("large has 1000 Mbps");
  expect(bad.output).not.toContain("there are");
});

test("Policy rules by class see the links, the policies and the component of a redundant connection", async () => {
  const vpc = stack.simulator.seed.vpc({ name: "production" });
  stack.program(
    () =>
      void new RedundantInterLink("pair", {
        vpcId: vpc.id,
        primary: order(50),
        secondary: { popId: POP.DC3, partnerId: PARTNER.freePro, bandwidthMbps: 50 },
        allowedRoutes: { ipv4: { in: ["0.0.0.0/0"] } },
      }),
  );
  const { refused, output } = await preview();
  expect(refused, output).toBe(false);
  expect(output).toContain("pair-ipv4 accepts a default route");
  expect(output).toContain("there are 2 links of 50 Mbps");
  expect(output).toContain("there are 1 redundant connections");
});
