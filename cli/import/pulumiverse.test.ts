import { describe, expect, test } from "vitest";
import { pulumiverseNetwork } from "./pulumiverse.ts";

const ID = "11111111-2222-4333-8444-555555555555";
const document = (content: Record<string, unknown>) => ({ content, doing: "reading an exported stack from x" });
const urn = (type: string) => `urn:pulumi:prod::net::${type}::main`;
const resource = (type: string, extra: object = {}) => ({
  ...{ urn: urn(type), custom: true, type, id: `fr-par/${ID}`, outputs: { region: "fr-par" } },
  ...extra,
});
const LINK = "scaleway:interlink/link:Link";
const POLICY = "scaleway:interlink/routingPolicy:RoutingPolicy";

test("An exported stack yields its managed links and policies with their URNs", () => {
  const { objects, notes } = pulumiverseNetwork(
    document({
      version: 3,
      deployment: {
        resources: [
          { urn: urn("pulumi:pulumi:Stack"), type: "pulumi:pulumi:Stack" },
          resource(LINK),
          resource(POLICY),
          resource(LINK, { external: true }),
          resource(POLICY, { delete: true }),
          resource("scaleway:network/vpc:Vpc"),
        ],
      },
    }),
  );
  const place = { region: "fr-par", id: ID };
  expect(objects).toEqual([
    { kind: "InterLink", ...place, address: urn(LINK) },
    { kind: "RoutingPolicy", ...place, address: urn(POLICY) },
  ]);
  expect(notes).toEqual([`${urn(POLICY)} is not imported: that stack is about to delete it.`]);
});

test("An exported stack without resources yields nothing to import", () => {
  expect(pulumiverseNetwork(document({ version: 3, deployment: {} })).objects).toEqual([]);
});

describe("--pulumiverse rejects a document, and says what to give instead, if", () => {
  test.each([
    ["it is a Terraform state", { version: 4, terraform_version: "1.9.5" }, /Terraform state[\s\S]*--terraform/],
    ["it is of another version", { version: 2, deployment: {} }, /export of version 2; .*reads versions 3 and 4/],
    ["it is anything else", { name: "x" }, /not an exported Pulumi stack[\s\S]*pulumi stack export/],
    ["its resources are not a list", { version: 3, deployment: { resources: 1 } }, /its resources cannot be read/],
    [
      "a resource has no id",
      { version: 3, deployment: { resources: [resource(LINK, { id: "x" })] } },
      /has no valid id/,
    ],
  ])("%s", (_, content, says) => {
    expect(() => pulumiverseNetwork(document(content))).toThrow(says);
  });
});
