import { InterLink, RoutingPolicy } from "pulumi-scaleway-interlink";
import { CustomerRouter, type CustomerRouterArgs } from "pulumi-scaleway-interlink/router";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// Messages for routers that cannot be configured. test/router tests the push itself without an engine, because the plugin
// of @pulumi/command is not available everywhere.
let stack: Deployment;
const PASSWORD = "not-to-be-seen";

const program = (change: Partial<CustomerRouterArgs> & { announce?: string[] }) => () => {
  const { announce = ["10.10.0.0/16"], ...args } = change;
  const link = new InterLink("paris", { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 });
  const policy = new RoutingPolicy("allowed", { prefixFilterIn: ["10.10.0.0/16"], prefixFilterOut: ["172.16.0.0/22"] });
  const leg = { name: "paris", interface: "eth1", link, announce, routingPolicies: { ipv4: policy } };
  new CustomerRouter("edge", { dialect: "frr", legs: [leg], local: true, ...args });
};

beforeAll(async () => {
  stack = await deployment();
});
afterAll(() => stack.end());

test("A preview refuses to announce a prefix that the policy would drop", async () => {
  stack.program(program({ announce: ["10.0.0.0/8"] }));
  const { output } = await stack.previewFails();
  expect(output).toContain('leg "paris": Scaleway would drop 10.0.0.0/8: the IPv4 routing policy accepts 10.10.0.0/16');
  expect(output).toContain("What to do: add it to prefixFilterIn of the IPv4 routing policy");
  expect(output).not.toMatch(/\n\s+at /);
});

test("An SSH host that does not answer is an error before anything is sent", async () => {
  stack.program(program({ local: false, connection: { host: "127.0.0.1", port: 1, password: PASSWORD } }));
  const { output } = await stack.upFails();
  expect(output).toMatch(
    /error: .*reaching router "edge" by SSH at 127\.0\.0\.1:1: connect ECONNREFUSED .*Nothing was changed on it/,
  );
  expect(output).toContain('whenUnreachable: "warn"');
  expect(await stack.state()).not.toContainEqual(expect.objectContaining({ type: "command:remote:Command" }));
  expect(stack.allOutput()).not.toContain(PASSWORD);
});
