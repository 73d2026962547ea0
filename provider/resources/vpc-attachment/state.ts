import type { Link } from "../../api/wire.ts";
import type { AddressFamily } from "../../domain/address-family.ts";
import { givenInputs } from "../../domain/definition.ts";
import type { EarlyRefusal } from "../../domain/readiness.ts";
import type { OnLink } from "../link-nonce.ts";
import { type VpcAttachmentInputs, vpcAttachmentDefinition } from "./definition.ts";

/** The recorded state of an attachment, done or deferred. */
export interface VpcAttachmentState extends VpcAttachmentInputs, OnLink {
  region: string;
  projectId: string;
  attached: boolean;
  /** Why it is not attached yet. */
  pendingReason?: string;
  linkStatus: string;
  bgpV4Status: string;
  bgpV6Status: string;
  /** The VPC that this resource attached. A refresh does not change it, and delete detaches no other. */
  __attachedVpcId?: string;
  /** Sessions that were up before a VPC change and have not come back yet. The next run waits for them. */
  __sessionsDue?: AddressFamily[];
  /** The status in which the API refused to attach the VPC. The call is not repeated until the status changes. */
  __refused?: EarlyRefusal;
}

/** The state of an attachment, done or deferred, from the live link. */
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

/** The link as the last refresh saw it, for previews that cannot read the API. */
export const lastKnownLink = ({ linkStatus, attached, vpcId }: VpcAttachmentState) => ({
  status: linkStatus,
  vpcId: attached ? vpcId : undefined,
});

/** The private fields of an earlier state, which a deferred change keeps. */
export const privateFields = ({
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
