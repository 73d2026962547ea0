/** Makes sample previews, in the shape of the CLI's digest. */
import { UNKNOWN } from "../../provider/domain/unknown.ts";

interface Sample {
  kind: string;
  name: string;
  op?: string;
  id?: string;
  /** Inputs before and after the change; an omitted side does not exist. */
  old?: Record<string, unknown>;
  new?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  dependsOn?: Record<string, string[]>;
  /** A replacement that deletes the old object first, so that the engine does not mark it for later deletion. */
  deleteFirst?: boolean;
}

export const urnOf = (kind: string, name: string) =>
  `urn:pulumi:dev::net::pulumi-nodejs:dynamic/scaleway-interlink:${kind}::${name}`;

/** A digest with these resources, as text. */
export function digestOf(samples: Sample[], rest: object = {}): string {
  const stack = "urn:pulumi:dev::net::pulumi:pulumi:Stack::net-dev";
  const steps = samples.map(({ kind, name, op, id, old, new: next, outputs, dependsOn, deleteFirst }) => {
    const urn = urnOf(kind, name);
    const both = old && next ? (JSON.stringify(old) === JSON.stringify(next) ? "same" : "update") : undefined;
    return {
      op: op ?? both ?? (next ? "create" : "delete"),
      urn,
      ...(old && {
        oldState: {
          urn,
          id,
          ...(op === "replace" && !deleteFirst && { delete: true }),
          inputs: old,
          outputs: { ...old, ...outputs },
        },
      }),
      ...(next && { newState: { urn, inputs: next, propertyDependencies: dependsOn } }),
    };
  });
  return JSON.stringify({ steps: [{ op: "same", urn: stack }, ...steps], duration: 1, ...rest }, null, 4);
}

/** A link that carries routes, with its attachment and routes. The policy is a separate sample. */
export function linkSamples(
  index: number,
  { vpcId = "vpc-1", policy = "policy-1", popId = `pop-${index}` } = {},
): Sample[] {
  const [id, name] = [`link-${index}`, `leg${index}`];
  const link = { popId, bandwidthMbps: 100, region: "fr-par" };
  const attachment = { linkId: id, vpcId };
  const routes = { linkId: id, routingPolicyV4Id: policy };
  const live = { linkStatus: "active", bgpV4Status: "up", bgpV6Status: "disabled", region: "fr-par" };
  return [
    { kind: "InterLink", name, id, old: link, new: link, outputs: { status: "active", kind: "hosted" } },
    {
      kind: "VpcAttachment",
      name,
      id,
      old: attachment,
      new: attachment,
      outputs: { ...live, attached: true, __attachedVpcId: vpcId },
    },
    {
      kind: "RoutePropagation",
      name,
      id,
      old: routes,
      new: routes,
      outputs: { ...live, enabled: true, effective: true, blockedBy: [], __attachedPolicies: { ipv4: policy } },
    },
  ];
}

/** A policy whose prefixes change. */
export const policyOf = (from: string[], to: unknown = from, id = "policy-1", name = "policy"): Sample => ({
  kind: "RoutingPolicy",
  name,
  id,
  old: { prefixFilterIn: from },
  new: { prefixFilterIn: to },
  outputs: { prefixFilterOut: [], addressFamily: "ipv4", region: "fr-par" },
});

export { UNKNOWN };
