import type { Definition, InputsOf } from "../../domain/definition.ts";
import { LONGEST_TIMEOUT_SECONDS, MODES } from "../../domain/readiness.ts";
import { CONFIGURE_FROM } from "../../domain/status.ts";

/** A VpcAttachment: the VPC that is attached to a link. */
export const vpcAttachmentDefinition = {
  kind: "VpcAttachment",
  inputs: {
    linkId: { type: "id", required: true, replaces: true },
    vpcId: { type: "id", required: true },
    configureFrom: { type: "oneOf", values: CONFIGURE_FROM, directive: true },
    whenNotActive: { type: "oneOf", values: MODES, directive: true },
    timeoutSeconds: { type: "integer", min: 1, max: LONGEST_TIMEOUT_SECONDS, unit: "s", directive: true },
    region: { type: "region", chosen: "always", replaces: true },
  },
  outputs: { attached: {}, pendingReason: {}, linkStatus: {}, bgpV4Status: {}, bgpV6Status: {} },
} as const satisfies Definition;

/** The inputs of an attachment as plain values. */
export type VpcAttachmentInputs = InputsOf<typeof vpcAttachmentDefinition>;
