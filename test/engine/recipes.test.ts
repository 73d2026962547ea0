import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import {
  InterLink,
  RedundantInterLink,
  RoutePropagation,
  RoutingPolicy,
  VpcAttachment,
} from "pulumi-scaleway-interlink";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// Follows docs/recipes.md step by step.
let stack: Deployment;
let vpcId: string;

const mode = { whenNotActive: "defer" } as const;
const routes = { in: ["10.10.0.0/16"], out: ["172.16.0.0/22"] };
const primary = { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 };
const secondary = { popId: POP.DC3, partnerId: PARTNER.freePro, bandwidthMbps: 50 };

beforeEach(async () => {
  stack = await deployment();
  vpcId = stack.simulator.seed.vpc({ name: "mine" }).id;
});
afterEach(() => stack.end());

const pair = (name: string, bandwidthMbps = 50, opts: pulumi.ComponentResourceOptions = {}) =>
  new RedundantInterLink(
    name,
    {
      ...mode,
      vpcId,
      primary: { ...primary, bandwidthMbps },
      secondary: { ...secondary, bandwidthMbps },
      allowedRoutes: { ipv4: routes },
    },
    opts,
  );

/** The resources of one link, each with the options from `optsOf` for its place in a pair. */
function single(name: string, optsOf: (child: string) => pulumi.CustomResourceOptions = () => ({})): void {
  const link = new InterLink(name, primary, optsOf("primary"));
  const { linkId } = new VpcAttachment(name, { ...mode, linkId: link.id, vpcId }, optsOf("primary"));
  const policy = { prefixFilterIn: routes.in, prefixFilterOut: routes.out };
  const ipv4 = new RoutingPolicy(`${name}-ipv4`, { addressFamily: "ipv4", ...policy }, optsOf("ipv4"));
  new RoutePropagation(name, { linkId, routingPolicyV4Id: ipv4.id, whenNotReady: "defer" }, optsOf("primary"));
}

const live = () => stack.control.snapshot().links.filter(({ status }) => !/^depro/.test(status));
const ids = () => live().map(({ id }) => id);
const orders = () =>
  stack.control.requests().filter(({ method, path }) => method === "POST" && path.endsWith("/links"));

/** Expects no call out of order, no double order, and no withdrawn route on links that remain. */
function expectTrafficKept(staying: string[]): void {
  const { withdrawals, ...counters } = stack.control.counters();
  expect(counters).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
  expect(withdrawals.filter(({ linkId }) => staying.includes(linkId))).toEqual([]);
  for (const id of staying) {
    expect(live().find((link) => link.id === id)).toMatchObject({ vpc_id: vpcId, enable_route_propagation: true });
  }
}

test("Recipe to raise the bandwidth of a pair: a second pair carries the traffic before the first is removed", async () => {
  stack.program(() => pair("paris"));
  await stack.up();
  const old = ids();
  stack.program(() => {
    pair("paris");
    return { health: pair("paris-1g", 1000).health };
  });
  await stack.up();
  await stack.up({ refresh: true });
  expect((await stack.outputs()).health?.value).toBe("redundant");
  // All four links carry traffic, and no route has been withdrawn on any.
  expectTrafficKept(ids());
  expect(ids()).toHaveLength(4);
  stack.program(() => pair("paris-1g", 1000));
  await stack.up();
  expect(live().map(({ bandwidth_mbps }) => bandwidth_mbps)).toEqual([1000, 1000]);
  expect(ids().filter((id) => old.includes(id))).toEqual([]);
  expectTrafficKept(ids());
  expect(orders()).toHaveLength(4);
});

test("Recipe from one link to a pair: aliases make the link the primary, and only the secondary is ordered", async () => {
  stack.program(() => single("line"));
  await stack.up();
  const [first = ""] = ids();
  const aliases: Record<string, string> = { "paris-primary": "line", "paris-ipv4": "line-ipv4" };
  const transforms: pulumi.ResourceTransform[] = [
    ({ name, props, opts }) => {
      const before = aliases[name];
      if (before === undefined) return undefined;
      return { props, opts: { ...opts, aliases: [{ name: before, parent: pulumi.rootStackResource }] } };
    },
  ];
  stack.program(() => ({ health: pair("paris", 50, { transforms }).health }));
  const { changes } = await stack.up();
  expect(Object.values(changes)).not.toContain("replace");
  expect(Object.values(changes)).not.toContain("delete");
  expect(ids()).toContain(first);
  expect(ids()).toHaveLength(2);
  expect(orders()).toHaveLength(2);
  await stack.up({ refresh: true });
  expect((await stack.outputs()).health?.value).toBe("redundant");
  expectTrafficKept(ids());
  // The aliases are no longer needed.
  stack.program(() => ({ health: pair("paris").health }));
  expect((await stack.preview()).changes).toEqual({});
});

test("Recipe to retire a leg: aliases move the other one out of the component, and it keeps carrying traffic", async () => {
  stack.program(() => pair("paris"));
  await stack.up();
  const kept = stack.link("paris-primary").id;
  stack.program(() => {
    const component = pulumi.createUrn("paris", "scaleway-interlink:index:RedundantInterLink");
    single("line", (child) => ({ aliases: [{ name: `paris-${child}`, parent: component }] }));
  });
  const { changes } = await stack.up();
  expect(Object.values(changes)).not.toContain("replace");
  expect(ids()).toEqual([kept]);
  expect(orders()).toHaveLength(2);
  expectTrafficKept([kept]);
  expect((await stack.preview()).changes).toEqual({});
});

test("Recipe to move a link to another stack: `pulumi state move` moves its resources, and nothing is ordered", async () => {
  stack.program(() => single("line"));
  await stack.up();
  const [link = ""] = ids();
  const other = await deployment({
    shared: stack.simulator,
    folder: stack.folder,
    stackName: "other",
    program: () => single("line"),
  });
  const urns = (await stack.state()).flatMap(({ urn, type }) => (type.includes("scaleway-interlink") ? [urn] : []));
  const { workspace } = stack.stack;
  const move = ["state", "move", "--source", stack.stackName, "--dest", "other", "--yes", ...urns];
  await promisify(execFile)(workspace.pulumiCommand.command, move, {
    cwd: workspace.workDir,
    env: { ...process.env, ...workspace.envVars },
  });
  // The new stack runs first, so that the link's tag names the new owner.
  await other.up();
  stack.program(() => {});
  await stack.up();
  expect(ids()).toEqual([link]);
  expect(live()[0]?.tags.join()).toContain("/other/line");
  expect(orders()).toHaveLength(1);
  expectTrafficKept([link]);
  expect((await other.preview()).changes).toEqual({});
  await other.end();
});

test("Recipe to restore a lost state: the same program with the same names finds its links, and nothing is ordered", async () => {
  stack.program(() => pair("paris"));
  await stack.up();
  const before = ids();
  const empty = await deployment({ shared: stack.simulator, program: () => pair("paris") });
  await empty.up();
  expect(ids()).toEqual(before);
  expect(orders()).toHaveLength(2);
  expectTrafficKept(before);
  expect((await empty.preview()).changes).toEqual({});
  await empty.end();
});
