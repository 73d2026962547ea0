/** The impact of sample previews, with live objects. */
import { headlineOf } from "../../cli/report/forms/headline.ts";
import { impactOf } from "../../cli/report/impact/impact.ts";
import type { Live } from "../../cli/report/live.ts";
import { parsePreview } from "../../cli/report/preview.ts";
import { UNKNOWN } from "../../provider/domain/unknown.ts";
import { digestOf, urnOf } from "./sample.ts";

/** Resources of a preview. */
export type Samples = Parameters<typeof digestOf>[0];

const PLACE = { region: "fr-par", projectId: "project", organizationId: "organization" };

/** A live link: Active, with a VPC and routes. */
export const liveLink = (id: string, rest: object = {}) =>
  ({
    ...{ ...PLACE, id, name: id, tags: [], popId: "pop-1", bandwidthMbps: 100, status: "active", vlan: 1500 },
    ...{ bgpV4Status: "up", bgpV6Status: "disabled", vpcId: "vpc-1", routingPolicyV4Id: "policy-1" },
    ...{ partner: { partnerId: "partner", pairingKey: "key" }, enableRoutePropagation: true },
    ...rest,
  }) as Live["links"][number];

/** A live IPv4 policy. */
export const livePolicy = (id: string, prefixFilterIn: string[], tags: string[] = []) =>
  ({ ...PLACE, id, name: id, tags, isIpv6: false, prefixFilterIn, prefixFilterOut: [] }) as Live["policies"][number];

/** The impact of a preview, with its headline and the kinds of its findings. `live`: the live objects. */
export const impactOn = (samples: Samples, live?: Partial<Live>) => {
  const all = live && { links: [], policies: [], pops: [], ...live };
  const impact = impactOf(parsePreview(digestOf(samples), "the preview"), all, "live");
  return { ...impact, headline: headlineOf(impact), kinds: impact.findings.map(({ kind }) => kind) };
};

/** Makes the input `linkId` depend on a resource. */
export const depends = (kind: string, name: string) => ({ dependsOn: { linkId: [urnOf(kind, name)] } });

/** A new link with an attachment and routes. */
export const newLink = (name: string, link: object, vpcId: string, routes: object): Samples => [
  { kind: "InterLink", name, new: { popId: "pop-1", bandwidthMbps: 100, partnerId: "partner", ...link } },
  {
    kind: "VpcAttachment",
    name,
    new: { linkId: UNKNOWN, vpcId, whenNotActive: "defer" },
    ...depends("InterLink", name),
  },
  {
    kind: "RoutePropagation",
    name,
    new: { linkId: UNKNOWN, whenNotReady: "defer", ...routes },
    ...depends("VpcAttachment", name),
  },
];
