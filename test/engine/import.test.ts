import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InterLink, RoutePropagation, RoutingPolicy, VpcAttachment } from "pulumi-scaleway-interlink";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ImportedProject, importedProject } from "../imported-project.ts";
import { PARTNER, POP } from "../world.ts";
import { deployment } from "./harness.ts";

let project: ImportedProject;
beforeEach(async () => {
  project = await importedProject();
});
afterEach(() => project.end());

test.each(["dynamic", "plugin"])(
  "A pair and a link from the console are imported (%s host): the preview is empty and up makes no changes",
  async (host) => {
    await project.pairAndLink();
    const { code, stdout, stderr } = await project.interlink("--host", host);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain('RedundantInterLink "paris"');
    expect(stdout).toContain('InterLink "lab"');
    await project.install();
    await project.importIntoStack();
    await project.expectNoChange();
  },
);

test.each(["dynamic", "plugin"])(
  "Links of another stack are imported (%s host): up changes only the owner tags, and the other stack no longer manages them",
  async (host) => {
    const { vpc } = project.network();
    const other = await deployment({
      shared: project.simulator,
      program: () => {
        const order = { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50, name: "line" };
        const { linkId } = new VpcAttachment("vpc", { linkId: new InterLink("line", order).id, vpcId: vpc });
        const ipv4 = new RoutingPolicy("ipv4", { prefixFilterIn: ["10.20.0.0/16"], name: "ipv4" });
        new RoutePropagation("routes", { linkId, routingPolicyV4Id: ipv4.id });
      },
    });
    await other.up();
    expect(await project.interlink("--host", host)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("belongs to interlink/dev/line"),
    });
    expect(await project.interlink("--host", host, "--from", "interlink/dev")).toMatchObject({ code: 0, stderr: "" });
    await project.install();
    await project.importIntoStack();
    const preview = await project.pulumi("preview");
    expect(preview.output).toMatch(/~ 2 to update\n\s+3 unchanged/);
    const writes = await project.writesOf(() => project.pulumi("up", "--yes", "--skip-preview"));
    expect(writes.toSorted()).toEqual(["PATCH links", "PATCH routing-policies"]);
    expect(other.link("line").tags).toEqual([expect.stringMatching(/^pulumi:interlink\/production\/line#/)]);
    await project.expectNoChange();

    // The other stack's state is superseded.
    const { links, routingPolicies } = project.simulator.control.snapshot();
    expect(await project.writesOf(() => other.destroy())).toEqual([]);
    expect(project.simulator.control.snapshot()).toMatchObject({ links, routingPolicies });
    expect(links).toMatchObject([{ status: "active", enable_route_propagation: true }]);
    await other.end();
  },
);

/** A link, its policy and a spare policy that another tool manages, and a link that it does not manage. */
async function ofAnotherTool() {
  const one = project.network();
  const { id } = await project.byHand("line", POP.TH2, one);
  const spare = project.simulator.seed.routingPolicy({ name: "spare", prefixFilterIn: ["10.30.0.0/16"] }).id;
  await project.byHand("not-theirs", POP.DC3, project.network());
  return { link: `fr-par/${id}`, policy: `fr-par/${one.policy}`, spare: `fr-par/${spare}`, vpc: `fr-par/${one.vpc}` };
}

test("A Terraform state is imported: one link becomes link, attachment and routes, and the preview is empty", async () => {
  const { link, policy, spare, vpc } = await ofAnotherTool();
  const resource = (type: string, name: string, attributes: object) => ({
    ...{ mode: "managed", type, name, provider: 'provider["registry.terraform.io/scaleway/scaleway"]' },
    instances: [{ schema_version: 0, attributes: { region: "fr-par", ...attributes } }],
  });
  const state = {
    ...{ version: 4, terraform_version: "1.9.5", serial: 7, lineage: "x", outputs: {} },
    resources: [
      resource("scaleway_interlink_link", "main", {
        ...{ id: link, name: "line", vpc_id: vpc, enable_route_propagation: true, routing_policy_v4_id: policy },
      }),
      resource("scaleway_interlink_routing_policy", "v4", { id: policy, is_ipv6: false }),
      resource("scaleway_interlink_routing_policy", "spare", { id: spare, is_ipv6: false }),
      { ...resource("scaleway_interlink_link", "read", { id: link }), mode: "data" },
    ],
  };
  await writeFile(join(project.root, "terraform.tfstate"), JSON.stringify(state));
  const { code, stdout, stderr } = await project.interlink("--terraform", join(project.root, "terraform.tfstate"));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(
    "terraform state rm scaleway_interlink_link.main scaleway_interlink_routing_policy.v4 scaleway_interlink_routing_policy.spare",
  );
  await project.install();
  await project.importIntoStack();
  await project.expectNoChange();
  const { output } = await project.pulumi("stack", "export");
  const imported = JSON.parse(output).deployment.resources.map(({ urn }: { urn: string }) =>
    urn.split(":").slice(-3).join(":"),
  );
  expect(imported.slice(2).toSorted()).toEqual([
    "InterLink::line",
    "RoutePropagation::line-routes",
    "RoutingPolicy::ours-v4",
    "RoutingPolicy::spare",
    "VpcAttachment::line-vpc",
  ]);
});

test("A stack of @pulumiverse/scaleway is imported with its link and policies, and the preview is empty", async () => {
  const { link, policy, spare, vpc } = await ofAnotherTool();
  const resource = (type: string, name: string, id: string, outputs: object = {}) => ({
    ...{ urn: `urn:pulumi:prod::net::scaleway:interlink/${type}::${name}`, custom: true, id },
    ...{ type: `scaleway:interlink/${type}`, inputs: {}, outputs: { id, region: "fr-par", ...outputs } },
  });
  const resources = [
    { urn: "urn:pulumi:prod::net::pulumi:pulumi:Stack::net-prod", custom: false, type: "pulumi:pulumi:Stack" },
    resource("routingPolicy:RoutingPolicy", "v4", policy),
    resource("routingPolicy:RoutingPolicy", "spare", spare),
    resource("link:Link", "main", link, { vpcId: vpc, enableRoutePropagation: true, routingPolicyV4Id: policy }),
  ];
  await writeFile(join(project.root, "stack.json"), JSON.stringify({ version: 3, deployment: { resources } }));
  const { code, stdout, stderr } = await project.interlink("--pulumiverse", join(project.root, "stack.json"));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("pulumi state delete 'urn:pulumi:prod::net::scaleway:interlink/link:Link::main' --yes");
  await project.install();
  await project.importIntoStack();
  await project.expectNoChange();
});
