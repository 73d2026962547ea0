import type { Link } from "../../api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../domain/address-family.ts";
import { givenInputs } from "../../domain/definition.ts";
import { type EarlyRefusal, NO_VPC, trafficBlockedBy } from "../../domain/readiness.ts";
import type { OnLink } from "../link-nonce.ts";
import { type RoutePropagationInputs, routePropagationDefinition } from "./definition.ts";
import type { AttachedPolicies } from "./plan.ts";

/** The recorded state of a link's routes, done or deferred. */
export interface RoutePropagationState extends RoutePropagationInputs, OnLink {
  region: string;
  projectId: string;
  /** Whether route propagation is on. */
  enabled: boolean;
  /** Whether routes are really propagated: propagation on, VPC and a policy attached, link up. */
  effective: boolean;
  /** What keeps traffic from flowing, in the order of the steps to take. */
  blockedBy: string[];
  /** Why it is not done yet. */
  pendingReason?: string;
  linkStatus: string;
  bgpV4Status: string;
  bgpV6Status: string;
  /** The policies that this resource attached. A refresh does not change them, and delete detaches no others. */
  __attachedPolicies: AttachedPolicies;
  /** The status in which the API refused a step. The call is not repeated until the status changes. */
  __refused?: EarlyRefusal;
}

/** The inputs that hold policy ids. */
export const POLICIES = ["routingPolicyV4Id", "routingPolicyV6Id"] as const;
type Policies = Pick<RoutePropagationInputs, (typeof POLICIES)[number]>;

/** The policies in the inputs, by family. */
export const desiredPolicies = (inputs: Policies): AttachedPolicies =>
  Object.fromEntries(
    FAMILIES.flatMap((family) => {
      const id = inputs[FAMILY_FIELDS[family].policy];
      return id === undefined ? [] : [[family, id]];
    }),
  );

/** The link's policies of the given families. */
export const policiesOf = (link: Link, families: readonly AddressFamily[]): Policies =>
  Object.fromEntries(
    families.flatMap((family) => {
      const key = FAMILY_FIELDS[family].policy;
      return link[key] === undefined ? [] : [[key, link[key]]];
    }),
  );

/** The state of a link's routes. `pendingReason` is set while it is deferred or waits for its sessions. */
export function stateOf(
  link: Link,
  inputs: RoutePropagationInputs,
  { routingPolicyV4Id, routingPolicyV6Id }: Policies,
  attached: AttachedPolicies,
  pendingReason?: string,
): RoutePropagationState {
  const blockedBy = trafficBlockedBy(link);
  return {
    ...givenInputs<RoutePropagationInputs>(routePropagationDefinition, inputs, POLICIES),
    ...(routingPolicyV4Id !== undefined && { routingPolicyV4Id }),
    ...(routingPolicyV6Id !== undefined && { routingPolicyV6Id }),
    region: link.region,
    projectId: link.projectId,
    enabled: link.enableRoutePropagation,
    effective: blockedBy.length === 0,
    blockedBy,
    ...(pendingReason !== undefined && { pendingReason }),
    linkStatus: link.status,
    bgpV4Status: link.bgpV4Status,
    bgpV6Status: link.bgpV6Status,
    __attachedPolicies: attached,
  };
}

/** The link as the last refresh saw it, for previews that cannot read the API. */
export const lastKnownLink = ({ linkStatus, blockedBy, enabled }: RoutePropagationState) => ({
  status: linkStatus,
  vpcId: blockedBy.includes(NO_VPC) ? undefined : "some",
  enableRoutePropagation: enabled,
});
