import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { InterLink, RedundantInterLink, RoutePropagation, RoutingPolicy, VpcAttachment } from "./index.ts";
import { CustomerRouter } from "./router/index.ts";

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
    call: ({ inputs }) => inputs,
  });
});

const dynamic = (kind: string) => `pulumi-nodejs:dynamic/scaleway-interlink:${kind}`;
const classes = [
  { type: dynamic("InterLink"), resource: InterLink },
  { type: dynamic("RoutingPolicy"), resource: RoutingPolicy },
  { type: dynamic("VpcAttachment"), resource: VpcAttachment },
  { type: dynamic("RoutePropagation"), resource: RoutePropagation },
  { type: "scaleway-interlink:index:RedundantInterLink", resource: RedundantInterLink },
  { type: "scaleway-interlink:index:CustomerRouter", resource: CustomerRouter },
];

test("isInstance of each exported class accepts its own type only, as policy packs need", () => {
  for (const { type, resource } of classes) {
    // @pulumi/policy compares __pulumiType if there is one; otherwise it calls isInstance with the engine's type.
    expect(resource.__pulumiType).toBe(type);
    const known = classes.filter((other) => resource.isInstance({ __pulumiType: other.type }));
    expect(known.map((other) => other.type)).toEqual([type]);
    for (const nothing of [undefined, null, "text", {}]) expect(resource.isInstance(nothing)).toBe(false);
  }
});

test("isInstance of a class accepts a resource of this package", () => {
  const policy = new RoutingPolicy("mine", { prefixFilterIn: ["10.10.0.0/16"] });
  expect(RoutingPolicy.isInstance(policy)).toBe(true);
  expect(InterLink.isInstance(policy)).toBe(false);
});

test("Each resource refuses the option `import` and says what to do instead", () => {
  const opts = { import: "c533d379-a8c5-43f4-a7cc-ef3d25d2a047" };
  const order = { popId: "p", partnerId: "q", bandwidthMbps: 50 };
  const cases: [() => unknown, RegExp][] = [
    [() => new InterLink("line", order, opts), /^InterLink "line" can't be imported\. .*`adoptId`/],
    [() => new RoutingPolicy("ipv4", {}, opts), /^RoutingPolicy "ipv4" can't be imported\. .*by its id/],
    [() => new VpcAttachment("line", { linkId: "l", vpcId: "v" }, opts), /^VpcAttachment .* an attached VPC is kept/],
    [() => new RoutePropagation("line", { linkId: "l" }, opts), /^RoutePropagation .* enabled propagation are kept/],
  ];
  for (const [make, message] of cases) {
    expect(make).toThrow(pulumi.RunError);
    expect(make).toThrow(message);
  }
});
