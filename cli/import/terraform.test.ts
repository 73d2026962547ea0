import { describe, expect, test } from "vitest";
import { terraformNetwork } from "./terraform.ts";

const ID = "11111111-2222-4333-8444-555555555555";
const document = (content: Record<string, unknown>) => ({ content, doing: "reading a Terraform state from x" });
const resource = (type: string, instances: object[], extra: object = {}) => ({
  ...{ mode: "managed", type, name: "main", provider: 'provider["registry.terraform.io/scaleway/scaleway"]' },
  ...extra,
  instances,
});
const state = (...resources: object[]) =>
  document({ version: 4, terraform_version: "1.9.5", serial: 3, lineage: "x", outputs: {}, resources });
const link = "scaleway_interlink_link";

test("A Terraform state yields its managed links and policies with their addresses, in modules and with indices", () => {
  const attributes = { id: `nl-ams/${ID}`, region: "nl-ams", pairing_key: "x" };
  const network = terraformNetwork(
    state(
      resource(link, [{ schema_version: 0, attributes }]),
      resource(link, [{ index_key: "th2", attributes }], { module: "module.lines[0]" }),
      resource("scaleway_interlink_routing_policy", [{ index_key: 1, attributes }]),
      resource(link, [{ attributes }], { mode: "data" }),
      resource("scaleway_vpc", [{ attributes }]),
    ),
  );
  const place = { region: "nl-ams", id: ID };
  expect(network).toEqual({
    tool: "Terraform",
    objects: [
      { kind: "InterLink", ...place, address: "scaleway_interlink_link.main" },
      { kind: "InterLink", ...place, address: 'module.lines[0].scaleway_interlink_link.main["th2"]' },
      { kind: "RoutingPolicy", ...place, address: "scaleway_interlink_routing_policy.main[1]" },
    ],
    notes: [],
  });
});

test("A deposed object of a Terraform state is skipped, with a warning", () => {
  const { objects, notes } = terraformNetwork(
    state(resource(link, [{ deposed: "0123abcd", attributes: { id: `fr-par/${ID}` } }])),
  );
  expect(objects).toEqual([]);
  expect(notes).toEqual([
    expect.stringMatching(/^The deposed object of scaleway_interlink_link\.main is not imported/),
  ]);
});

describe("--terraform rejects a document, and says what to give instead, if", () => {
  test.each([
    ["it is an older state", { version: 3, modules: [] }, /state of version 3; .*reads version 4[\s\S]*-refresh-only/],
    ["it is a newer state", { version: 5 }, /state of version 5[\s\S]*newer pulumi-scaleway-interlink/],
    ["it is an exported stack", { version: 3, deployment: {} }, /exported Pulumi stack[\s\S]*--pulumiverse/],
    ["it is `terraform show -json`", { format_version: "1.0", values: {} }, /terraform show -json[\s\S]*state pull/],
    ["OpenTofu has encrypted it", { meta: {}, encrypted_data: "x" }, /the state is encrypted[\s\S]*tofu state pull/],
    ["it is anything else", { name: "x" }, /it is not a Terraform state[\s\S]*terraform state pull/],
    ["an object has no id", { version: 4, resources: [resource(link, [{}])] }, /link\.main has no valid id/],
  ])("%s", (_, content, says) => {
    expect(() => terraformNetwork(document(content))).toThrow(says);
  });
});
