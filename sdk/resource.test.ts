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

const atBothHosts = (kind: string) => [
  `pulumi-nodejs:dynamic/scaleway-interlink:${kind}`,
  `scaleway-interlink:index:${kind}`,
];
const classes = [
  { types: atBothHosts("InterLink"), resource: InterLink },
  { types: atBothHosts("RoutingPolicy"), resource: RoutingPolicy },
  { types: atBothHosts("VpcAttachment"), resource: VpcAttachment },
  { types: atBothHosts("RoutePropagation"), resource: RoutePropagation },
  { types: ["scaleway-interlink:index:RedundantInterLink"], resource: RedundantInterLink },
  { types: ["scaleway-interlink:index:CustomerRouter"], resource: CustomerRouter },
];

test("isInstance of each exported class accepts its type at both hosts and no other, and __pulumiType is that of this host", () => {
  for (const { types, resource } of classes) {
    expect(resource.__pulumiType).toBe(types[0]);
    const known = classes.flatMap(({ types }) => types).filter((type) => resource.isInstance({ __pulumiType: type }));
    expect(known).toEqual(types);
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
