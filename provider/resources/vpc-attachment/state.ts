import type { Link } from "../../api/wire.ts";
import type { AddressFamily } from "../../domain/address-family.ts";
import { givenInputs } from "../../domain/definition.ts";
import type { EarlyRefusal } from "../../domain/readiness.ts";
import type { OnLink } from "../link-nonce.ts";
import { type VpcAttachmentInputs, vpcAttachmentDefinition } from "./definition.ts";

/** What is recorded of an attachment, done or deferred. */
export interface VpcAttachmentState extends VpcAttachmentInputs, OnLink {
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
  /** The API refused to attach it in this status, which it still had: it is not asked again before that has changed. */
  __refused?: EarlyRefusal;
}

/** The state of an attachment, done or deferred, by what a link shows. */
export function stateOf(
  link: Link,
  inputs: VpcAttachmentInputs,
  attached: boolean,
  pendingReason?: string,
): VpcAttachmentState {
  return {
    ...givenInputs<VpcAttachmentInputs>(vpcAttachmentDefinition, inputs, []),
    region: link.region,
    projectId: link.projectId,
    attached,
    ...(!attached && pendingReason !== undefined && { pendingReason }),
    linkStatus: link.status,
    bgpV4Status: link.bgpV4Status,
    bgpV6Status: link.bgpV6Status,
  };
}

/** The link as a refresh saw it last, for a preview that cannot ask. */
export const lastKnownLink = ({ linkStatus, attached, vpcId }: VpcAttachmentState) => ({
  status: linkStatus,
  vpcId: attached ? vpcId : undefined,
});

/** What this resource had attached before, where, waits for since, and was refused. It stays so while a change is deferred. */
export const earlier = ({
  __attachedVpcId,
  __sessionsDue,
  __linkNonce,
  __refused,
}: Partial<VpcAttachmentState> = {}) => ({
  ...(__linkNonce !== undefined && { __linkNonce }),
  ...(__attachedVpcId !== undefined && { __attachedVpcId }),
  ...(__sessionsDue !== undefined && { __sessionsDue }),
  ...(__refused !== undefined && { __refused }),
});
