import type { Link } from "../../api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../domain/address-family.ts";
import { givenInputs } from "../../domain/definition.ts";
import { type EarlyRefusal, NO_VPC, trafficBlockedBy } from "../../domain/readiness.ts";
import type { OnLink } from "../link-nonce.ts";
import { type RoutePropagationInputs, routePropagationDefinition } from "./definition.ts";
import type { AttachedPolicies } from "./plan.ts";

/** What is recorded of a link's routes, done or deferred. */
export interface RoutePropagationState extends RoutePropagationInputs, OnLink {
  region: string;
  projectId: string;
  /** Whether propagation is on at the link. */
  enabled: boolean;
  /** Whether routes are propagated: propagation on, VPC and a policy attached, link up. */
  effective: boolean;
  /** What keeps traffic from flowing, in the order in which it has to be done. */
  blockedBy: string[];
  /** Why it is not done yet. */
  pendingReason?: string;
  linkStatus: string;
  bgpV4Status: string;
  bgpV6Status: string;
  /** The policies that this resource has attached, whatever a refresh finds there: delete detaches no other. */
  __attachedPolicies: AttachedPolicies;
  /** The API refused a step in this status, which the link still had: it is not asked again before that has changed. */
  __refused?: EarlyRefusal;
}

/** The inputs that name policies. */
export const POLICIES = ["routingPolicyV4Id", "routingPolicyV6Id"] as const;
type Policies = Pick<RoutePropagationInputs, (typeof POLICIES)[number]>;

/** The policies that inputs name, by family. */
export const desiredPolicies = (inputs: Policies): AttachedPolicies =>
  Object.fromEntries(
    FAMILIES.flatMap((family) => {
      const id = inputs[FAMILY_FIELDS[family].policy];
      return id === undefined ? [] : [[family, id]];
    }),
  );

/** The policies that a link has, of those families that a resource manages. */
export const policiesOf = (link: Link, families: readonly AddressFamily[]): Policies =>
  Object.fromEntries(
    families.flatMap((family) => {
      const key = FAMILY_FIELDS[family].policy;
      return link[key] === undefined ? [] : [[key, link[key]]];
    }),
  );

/** The state of a link's routes; with a reason while it is deferred, or waits for its sessions. */
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

/** The link as a refresh saw it last, for a preview that cannot ask. */
export const lastKnownLink = ({ linkStatus, blockedBy, enabled }: RoutePropagationState) => ({
  status: linkStatus,
  vpcId: blockedBy.includes(NO_VPC) ? undefined : "some",
  enableRoutePropagation: enabled,
});
