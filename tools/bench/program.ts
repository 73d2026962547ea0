/** The program that is measured: so many links, each from order to open routes, by our resources or by idle ones. */
import * as pulumi from "@pulumi/pulumi";
import * as interlink from "pulumi-scaleway-interlink";
import { outputsOf } from "./do-nothing.ts";

/** The classes that a program makes its resources of. */
export interface Kinds {
  InterLink: new (name: string, args: interlink.InterLinkArgs) => { id: pulumi.Output<string> };
  RoutingPolicy: new (name: string, args: interlink.RoutingPolicyArgs) => { id: pulumi.Output<string> };
  VpcAttachment: new (name: string, args: interlink.VpcAttachmentArgs) => { linkId: pulumi.Output<string> };
  RoutePropagation: new (name: string, args: interlink.RoutePropagationArgs) => unknown;
}

/** Our resources. */
export const OURS: Kinds = interlink;

// Of the package as it is built, which the program imports: a user's program chooses once, the bench takes both in turn.
const host = new URL("host.js", import.meta.resolve("pulumi-scaleway-interlink"));
const { useHost }: typeof import("../../sdk/host.ts") = await import(host.href);

/** A program whose resources a host serves. */
export const servedBy =
  (host: "dynamic" | "plugin", program: () => unknown): (() => unknown) =>
  () => {
    useHost(host);
    return program();
  };

/** Resources of the provider that does nothing. */
export const IDLE: Kinds = {
  InterLink: idle("InterLink", ["pairingKey"]),
  RoutingPolicy: idle("RoutingPolicy"),
  VpcAttachment: idle("VpcAttachment"),
  RoutePropagation: idle("RoutePropagation"),
};

/** Two PoPs in Paris, and a partner at each, as recorded. */
export const SITES = [
  { popId: "fd046cc9-d9bf-4a87-9c32-d299fe4bf4d7", partnerId: "89d00734-eddb-4192-8b16-bc16f0b0f5a5" },
  { popId: "c1165d78-bd85-4574-9958-b068a6d191f9", partnerId: "930ebb71-7fb2-4ea7-a8d1-7f4cc3177c05" },
] as const;

/** Orders links, and nothing else. */
export function orders({ InterLink }: Kinds, count: number) {
  return numbered(count).map((number) => new InterLink(`link-${number}`, { ...siteOf(number), bandwidthMbps: 50 }));
}

/** Links from order to open routes, each with a policy of its own: four resources a link. */
export function lines(kinds: Kinds, count: number, vpcId: string): void {
  for (const [index, link] of orders(kinds, count).entries()) {
    const name = `line-${index}`;
    const policy = new kinds.RoutingPolicy(name, {
      prefixFilterIn: ["10.10.0.0/16"],
      prefixFilterOut: ["172.16.0.0/22"],
    });
    const attachment = new kinds.VpcAttachment(name, { linkId: link.id, vpcId, whenNotActive: "wait" });
    new kinds.RoutePropagation(name, { linkId: attachment.linkId, routingPolicyV4Id: policy.id });
  }
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => index);
const siteOf = (number: number) => SITES[number % 2 === 0 ? 0 : 1];

function idle(kind: string, secrets: string[] = []) {
  const path = JSON.stringify(new URL("do-nothing.ts", import.meta.url).pathname);
  const __provider = `exports.handler=()=>require("module").createRequire(process.cwd()+"/")(${path}).provider("${kind}")`;
  const outputs = Object.fromEntries(outputsOf(kind).map((output) => [output, undefined]));
  return class extends pulumi.CustomResource {
    declare readonly linkId: pulumi.Output<string>;
    constructor(name: string, args: object) {
      const __owner = `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
      const props = { ...outputs, ...args, __provider, __owner };
      super(`pulumi-nodejs:dynamic/do-nothing:${kind}`, name, props, { additionalSecretOutputs: secrets });
    }
  };
}
