import { z } from "zod";
import type { Link } from "../../api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../domain/address-family.ts";
import type { Mode } from "../../domain/readiness.ts";
import { trafficBlockedBy } from "../../domain/readiness.ts";
import * as input from "../inputs.ts";
import type { AttachedPolicies, DesiredRoutes } from "./steps.ts";

/** What a program may say of a link's allowed routes and their propagation, in plain values. */
export interface RoutePropagationInputs extends DesiredRoutes {
  linkId: string;
  whenNotReady?: Mode;
  timeoutSeconds?: number;
  requireSessions?: AddressFamily[];
  region?: string;
  __owner?: string;
}

/** What check takes. */
export const schema = z.strictObject({
  linkId: input.id,
  routingPolicyV4Id: input.id.optional(),
  routingPolicyV6Id: input.id.optional(),
  enabled: input.flag.optional(),
  whenNotReady: input.mode.optional(),
  timeoutSeconds: input.timeoutSeconds.optional(),
  requireSessions: z.array(input.addressFamily, { error: 'must be a list of "ipv4" and "ipv6"' }).optional(),
  region: input.region.optional(),
  __owner: input.owner.optional(),
});
/** The names of all inputs. */
export const KEYS = Object.keys(schema.shape);

/** What is known of it, done or put off. */
export interface RoutePropagationState extends RoutePropagationInputs {
  region: string;
  projectId: string;
  /** Whether propagation is on at the link. */
  enabled: boolean;
  /** Whether routes are open: propagation on, VPC and a policy attached, link up. */
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
  __leftOut: string[];
}

/** The inputs that name policies. */
export const POLICIES = ["routingPolicyV4Id", "routingPolicyV6Id"] as const;
const MAY_BE_LEFT_OUT = ["region", "enabled", ...POLICIES] as const;

/** The policies that inputs name, by family. */
export const desiredPolicies = (inputs: RoutePropagationInputs): AttachedPolicies =>
  Object.fromEntries(
    FAMILIES.flatMap((family) => {
      const id = inputs[FAMILY_FIELDS[family].policy];
      return id === undefined ? [] : [[family, id]];
    }),
  );

/** The policies that a link has, of those families that a resource manages. */
export const policiesOf = (link: Link, families: readonly AddressFamily[]) =>
  Object.fromEntries(
    families.flatMap((family) => {
      const key = FAMILY_FIELDS[family].policy;
      return link[key] === undefined ? [] : [[key, link[key]]];
    }),
  ) as Pick<RoutePropagationInputs, (typeof POLICIES)[number]>;

/** The state of a link's routes; with a reason while it is put off, or waits for its sessions. */
export function stateOf(
  link: Link,
  inputs: RoutePropagationInputs,
  policies: Pick<RoutePropagationInputs, (typeof POLICIES)[number]>,
  attached: AttachedPolicies,
  pendingReason?: string,
): RoutePropagationState {
  const { routingPolicyV4Id, routingPolicyV6Id } = policies;
  const blockedBy = trafficBlockedBy(link);
  return {
    ...input.inputsFrom<RoutePropagationInputs>(inputs, KEYS, POLICIES),
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
    __leftOut: MAY_BE_LEFT_OUT.filter((key) => inputs[key] === undefined),
  };
}
