import { z } from "zod";
import type { Link } from "../../api/wire.ts";
import type { AddressFamily } from "../../domain/address-family.ts";
import type { Mode } from "../../domain/readiness.ts";
import * as input from "../inputs.ts";

/** What a program may say of an attachment, in plain values. */
export interface VpcAttachmentInputs {
  linkId: string;
  vpcId: string;
  whenNotActive?: Mode;
  timeoutSeconds?: number;
  acceptLimitedConnectivity?: boolean;
  region?: string;
  __owner?: string;
}

/** What is known of an attachment, done or put off. */
export interface VpcAttachmentState extends VpcAttachmentInputs {
  region: string;
  projectId: string;
  attached: boolean;
  /** Why it is not attached yet. */
  pendingReason?: string;
  linkStatus: string;
  bgpV4Status: string;
  bgpV6Status: string;
  /** The VPC that this resource has attached, whatever a refresh finds there: delete detaches no other. */
  __attachedVpcId?: string;
  /** Sessions that were up before its VPC changed, and were not seen up again by the run that changed it: the next waits. */
  __sessionsDue?: AddressFamily[];
  __leftOut: string[];
}

/** What check takes. */
export const schema = z.strictObject({
  linkId: input.id,
  vpcId: input.id,
  whenNotActive: input.mode.optional(),
  timeoutSeconds: input.timeoutSeconds.optional(),
  acceptLimitedConnectivity: input.flag.optional(),
  region: input.region.optional(),
  __owner: input.owner.optional(),
});
/** The names of all inputs. */
export const KEYS = Object.keys(schema.shape);

/** The state of an attachment, done or put off, by what a link shows. */
export function stateOf(
  link: Link,
  inputs: VpcAttachmentInputs,
  attached: boolean,
  pendingReason?: string,
): VpcAttachmentState {
  return {
    ...input.inputsFrom<VpcAttachmentInputs>(inputs, KEYS, []),
    region: link.region,
    projectId: link.projectId,
    attached,
    ...(!attached && pendingReason !== undefined && { pendingReason }),
    linkStatus: link.status,
    bgpV4Status: link.bgpV4Status,
    bgpV6Status: link.bgpV6Status,
    __leftOut: inputs.region === undefined ? ["region"] : [],
  };
}

/** The link as a refresh saw it last, for a preview that cannot ask. */
export const asInState = ({ linkStatus, attached, vpcId }: VpcAttachmentState) => ({
  status: linkStatus,
  vpcId: attached ? vpcId : undefined,
});

/** What this resource had attached before, and waits for since. It stays so while a change is put off. */
export const earlier = ({ __attachedVpcId, __sessionsDue }: Partial<VpcAttachmentState> = {}) => ({
  ...(__attachedVpcId !== undefined && { __attachedVpcId }),
  ...(__sessionsDue !== undefined && { __sessionsDue }),
});
