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

test("each exported class knows the resources of its kind at both hosts, as policy packs ask, and no others", () => {
  for (const { types, resource } of classes) {
    // @pulumi/policy compares the class's mark where there is one, and else asks isInstance with the type that the engine
    // names. A mark is one type, so a class of two types has none.
    expect("__pulumiType" in resource ? [resource.__pulumiType] : types).toEqual(types);
    const known = classes.flatMap(({ types }) => types).filter((type) => resource.isInstance({ __pulumiType: type }));
    expect(known).toEqual(types);
    for (const nothing of [undefined, null, "text", {}]) expect(resource.isInstance(nothing)).toBe(false);
  }
});

test("isInstance of a class takes a resource that this package made", () => {
  const policy = new RoutingPolicy("mine", { prefixFilterIn: ["10.10.0.0/16"] });
  expect(RoutingPolicy.isInstance(policy)).toBe(true);
  expect(InterLink.isInstance(policy)).toBe(false);
});

test("the option `import` is refused when the program runs, with the way that works for each kind", () => {
  const opts = { import: "c533d379-a8c5-43f4-a7cc-ef3d25d2a047" };
  const order = { popId: "p", partnerId: "q", bandwidthMbps: 50 };
  const cases: [() => unknown, RegExp][] = [
    [() => new InterLink("line", order, opts), /^InterLink "line" can't be imported\. .*`adoptId`/],
    [() => new RoutingPolicy("ipv4", {}, opts), /^RoutingPolicy "ipv4" can't be imported\. .*by its id/],
    [() => new VpcAttachment("line", { linkId: "l", vpcId: "v" }, opts), /^VpcAttachment .* attached already is kept/],
    [() => new RoutePropagation("line", { linkId: "l" }, opts), /^RoutePropagation .* enabled already is kept/],
  ];
  for (const [make, message] of cases) {
    expect(make).toThrow(pulumi.RunError);
    expect(make).toThrow(message);
  }
});
