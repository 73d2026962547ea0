import { delimiter, join } from "node:path";
import { InterLink, RoutePropagation, RoutingPolicy, VpcAttachment } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enginePath } from "../../tools/pulumi-cli.ts";
import { PARTNER, POP } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

// Objects from the console are imported into the stack, by the command and by the option, for all four resources.
let stack: Deployment;
let ids: { link: string; policy: string; vpc: string };

beforeAll(async () => {
  // `pulumi import` needs the project's language host, although it generates no code here.
  stack = await deployment({
    env: { PATH: [join(import.meta.dirname, "language-host"), enginePath()].join(delimiter) },
  });
  const { seed } = stack.simulator;
  const link = seed.link({
    name: "theirs",
    tags: ["kept"],
    pop_id: POP.TH2,
    partner_id: PARTNER.franceIX,
    bandwidth_mbps: 50,
    provisioned: true,
  });
  const policy = seed.routingPolicy({ name: "allowed", prefixFilterIn: ["10.10.0.0/16"] });
  ids = { link: link.id, policy: policy.id, vpc: seed.vpc({ name: "net" }).id };
  await stack.outsidePulumi("POST", `/links/${ids.link}/attach-vpc`, { vpc_id: ids.vpc });
  await stack.outsidePulumi("POST", `/links/${ids.link}/attach-routing-policy`, { routing_policy_id: ids.policy });
  await stack.outsidePulumi("POST", `/links/${ids.link}/enable-route-propagation`);
});
afterAll(() => stack.end());

const program = (importing: Partial<Record<"link" | "policy", string>> = {}) => {
  const of = (id: string | undefined) => (id === undefined ? {} : { import: id });
  new InterLink(
    "link",
    { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50, name: "theirs", tags: ["kept"] },
    of(importing.link),
  );
  const policy = new RoutingPolicy(
    "policy",
    { prefixFilterIn: ["10.10.0.0/16"], name: "allowed" },
    of(importing.policy),
  );
  const attachment = new VpcAttachment("net", { linkId: ids.link, vpcId: ids.vpc }, of(importing.link));
  new RoutePropagation("routes", { linkId: attachment.linkId, routingPolicyV4Id: policy.id }, of(importing.link));
};
const resources = (regional = "") =>
  [
    ["InterLink", "link", ids.link],
    ["RoutingPolicy", "policy", ids.policy],
    ["VpcAttachment", "net", ids.link],
    ["RoutePropagation", "routes", ids.link],
  ].map(([kind, name = "", id]) => ({ type: `scaleway-interlink:index:${kind}`, name, id: `${regional}${id}` }));

const mutations = (requests: string[]) => requests.filter((request) => !request.startsWith("GET"));

test("After pulumi import with regional ids, the preview is empty, up makes no changes, and the pairing key is a secret", async () => {
  await stack.stack.import({ resources: resources("fr-par/"), generateCode: false, protect: false });
  stack.program(() => program());
  const requests = await stack.requestsOf(async () => {
    expect((await stack.preview()).changes).toEqual({});
    expect((await stack.up()).changes).toEqual({});
  });
  expect(mutations(requests)).toEqual([]);
  const [link] = (await stack.state()).filter(({ type }) => type.endsWith(":InterLink"));
  expect(link?.id).toBe(ids.link);
  // An export marks a secret; `end` searches the stack's files for its plain text.
  expect(link?.outputs?.pairingKey).toMatchObject({ plaintext: expect.any(String) });
  await stack.stack.exportStack().then(({ deployment, version }) => {
    const { resources, ...rest } = deployment as { resources: { type: string }[] };
    const left = resources.filter(({ type }) => !type.startsWith("scaleway-interlink:"));
    return stack.stack.importStack({ version, deployment: { ...rest, resources: left } });
  });
});

test("After an import by the option, a preview is empty, and destroy deletes what was imported", async () => {
  stack.program(() => program(ids));
  const requests = await stack.requestsOf(async () => {
    await stack.up();
    stack.program(() => program());
    expect((await stack.preview()).changes).toEqual({});
  });
  expect(mutations(requests)).toEqual([]);
  await stack.destroy();
  const [link] = stack.control.snapshot().links;
  expect(link?.status ?? "deleted").toMatch(/deleted|deprovisioning/);
});

test.each([
  ["a malformed id", "not-an-id", /not-an-id/],
  ["an id of another region", "nl-ams/11111111-2222-4333-8444-555555555599", /no such object in nl-ams/],
])("pulumi import of %s is refused with a clear message", async (_, id, message) => {
  const importing = stack.stack.import({
    resources: [{ type: "scaleway-interlink:index:InterLink", name: "wrong", id }],
    generateCode: false,
  });
  await expect(importing).rejects.toThrow(message);
});

test("pulumi import of a link that another stack owns is refused, and the error names the owner", async () => {
  const theirs = stack.simulator.seed.link({
    name: "owned",
    tags: ["pulumi:shop/prod/line#0123456789ab"],
    pop_id: POP.TH2,
    partner_id: PARTNER.franceIX,
    bandwidth_mbps: 50,
    provisioned: true,
  });
  const importing = stack.stack.import({
    resources: [{ type: "scaleway-interlink:index:InterLink", name: "owned", id: theirs.id }],
    generateCode: false,
  });
  await expect(importing).rejects.toThrow(/is tagged as owned by shop\/prod\/line.*adopt-owned/s);
});
