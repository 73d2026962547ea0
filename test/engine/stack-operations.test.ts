import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { InterLink, RoutePropagation, RoutingPolicy, VpcAttachment } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// Pulumi's own commands on stacks: none of them orders twice or withdraws a route.
let stack: Deployment;
let vpcId: string;
const program =
  (vpc: string, options = {}) =>
  () => {
    const link = new InterLink(
      "line",
      { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50, peerAsn: 65000 },
      options,
    );
    const { linkId } = new VpcAttachment("line", { linkId: link.id, vpcId: vpc, whenNotActive: "wait" }, options);
    const policy = new RoutingPolicy("ipv4", { prefixFilterIn: ["10.10.0.0/16"] }, options);
    new RoutePropagation("line", { linkId, routingPolicyV4Id: policy.id, whenNotReady: "wait" }, options);
  };

beforeAll(async () => {
  stack = await deployment({ stackName: "operated" });
});
afterAll(() => stack.end());
beforeEach(async () => {
  await stack.destroy();
  stack.control.reset();
  vpcId = stack.simulator.seed.vpc({ name: "mine" }).id;
  stack.program(program(vpcId));
  await stack.up();
});

const orders = ({ control }: Deployment) =>
  control.requests().filter(({ method, path }) => method === "POST" && path.endsWith("/links")).length;
const expectUntouched = (of = stack) => {
  expect(of.control.counters()).toMatchObject({ withdrawals: [], outOfOrder: [], doubleOrders: 0 });
  expect(of.link("line")).toMatchObject({ status: "active", enable_route_propagation: true });
};

test.each(["InterLink", "VpcAttachment", "RoutingPolicy", "RoutePropagation"])(
  "A tainted %s leads to no withdrawn route and no order",
  async (kind) => {
    const { urn } = (await stack.state()).find(({ type }) => type.endsWith(`:${kind}`)) ?? {};
    const { workspace } = stack.stack;
    await promisify(execFile)(
      workspace.pulumiCommand.command,
      ["state", "taint", urn ?? "", "--stack", stack.stackName, "--yes"],
      { cwd: workspace.workDir, env: { ...process.env, ...workspace.envVars } },
    );
    await stack.up();
    expect((await stack.preview()).changes).toEqual({});
    expect(orders(stack)).toBe(1);
    expectUntouched();
  },
);

test("Renaming a stack updates the owner tags and nothing else", async () => {
  const { workspace } = stack.stack;
  const rename = (from: string, to: string) =>
    promisify(execFile)(workspace.pulumiCommand.command, ["stack", "rename", to, "--stack", from], {
      cwd: workspace.workDir,
      env: { ...process.env, ...workspace.envVars },
    });
  await rename(stack.stackName, "renamed");
  const renamed = await deployment({
    shared: stack.simulator,
    folder: stack.folder,
    stackName: "renamed",
    program: program(vpcId),
  });
  await renamed.up();
  expect(stack.link("line").tags.join()).toContain("/renamed/line#");
  expect((await renamed.preview()).changes).toEqual({});
  expect(orders(stack)).toBe(1);
  expectUntouched();
  await renamed.end();
  await rename("renamed", stack.stackName);
});

test("The next up of the same program adopts what retainOnDelete kept at Scaleway", async () => {
  stack.program(program(vpcId, { retainOnDelete: true }));
  await stack.up();
  const { id } = stack.link("line");
  await stack.destroy();
  expectUntouched();
  stack.program(program(vpcId));
  await stack.up();
  expect(stack.link("line").id).toBe(id);
  expect(orders(stack)).toBe(1);
  expectUntouched();
});

test("Two stacks that run at once in one process each use their own API", async () => {
  const other = await deployment({ projectName: "tenant", stackName: "second" });
  const vpc = other.simulator.seed.vpc({ name: "theirs" }).id;
  other.program(program(vpc));
  await Promise.all([other.up(), stack.up()]);
  expect(other.link("line").vpc_id).toBe(vpc);
  expect(stack.link("line").vpc_id).toBe(vpcId);
  expect([orders(other), orders(stack)]).toEqual([1, 1]);
  expectUntouched(other);
  expectUntouched();
  await other.destroy();
  await other.end();
});
