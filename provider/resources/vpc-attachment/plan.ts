import type { Link } from "../../api/wire.ts";
import { attachBlockedBy, type Timing } from "../../domain/readiness.ts";
import type { Attached, LinkStep } from "../link-steps.ts";
import { type Plan, planWhileBlocked, waitingRule } from "../plan.ts";
import type { VpcAttachmentInputs } from "./definition.ts";

/** The fields of a link that this plan needs. */
type LinkView = Pick<Link, "status" | "partner"> & Pick<Attached, "vpcId"> & { enableRoutePropagation?: boolean };

/** What the plan depends on besides the link and the inputs. */
export interface AttachmentFacts extends Omit<Timing, "configureFrom"> {
  /** The VPC that this resource attached earlier. */
  attachedVpcId?: string | undefined;
  /** The id of another link that cannot leave the same VPC yet, in `defer` mode. */
  heldBy?: string | undefined;
}

/**
 * Plans the attachment of the VPC. If another VPC is attached, the link briefly has none (two API calls), and propagation,
 * which the API disables with the old VPC, is enabled again at the end.
 */
export function planAttachment(
  link: LinkView,
  inputs: Pick<VpcAttachmentInputs, "vpcId" | "whenNotActive" | "configureFrom">,
  { attachedVpcId, heldBy, ...timing }: AttachmentFacts = {},
): Plan<LinkStep> {
  const { vpcId, configureFrom } = inputs;
  if (link.vpcId === vpcId) return { outcome: "steps", steps: [] };
  const rule = waitingRule("whenNotActive", inputs);
  const blocks = attachBlockedBy(link, { configureFrom, ...timing });
  if (heldBy !== undefined && rule.mode === "defer") {
    blocks.push(
      `InterLink ${heldBy} cannot change its VPC yet, and this link carries the traffic of both: repair or remove ` +
        "the other link first, or move this one alone with `pulumi up --target`",
    );
  }
  if (blocks.length > 0) return planWhileBlocked(link, blocks, rule);
  if (link.vpcId === undefined) return { outcome: "steps", steps: [{ call: "attach-vpc", vpcId }] };
  // If this resource attached a VPC before, another one on the link is drift and is corrected.
  if (attachedVpcId === undefined) {
    return {
      outcome: "refused",
      refusal: {
        code: "link-has-vpc",
        reason: `another VPC (${link.vpcId}) is attached to this link, and a link can have only one`,
        remedy: "detach that VPC first, or use another link.",
      },
    };
  }
  return {
    outcome: "steps",
    steps: [
      { call: "detach-vpc", vpcId: link.vpcId },
      { call: "attach-vpc", vpcId },
      ...(link.enableRoutePropagation ? [{ call: "enable-route-propagation" as const }] : []),
    ],
  };
}

/** Whether `ignoreChanges` covers the link's VPC. A VPC that was never attached is still attached. */
export const ignoresVpc = (ignoreChanges: readonly unknown[], attachedVpcId: string | undefined): boolean =>
  ignoreChanges.includes("vpcId") && attachedVpcId !== undefined;

/** The steps that detach the VPC that a resource attached. Empty if the link has another VPC. */
export const detachment = ({ vpcId }: Pick<Attached, "vpcId">, attachedVpcId: string | undefined): LinkStep[] =>
  vpcId !== undefined && vpcId === attachedVpcId ? [{ call: "detach-vpc", vpcId }] : [];
