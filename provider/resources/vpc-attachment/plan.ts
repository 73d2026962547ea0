import type { Link } from "../../api/wire.ts";
import { attachBlockedBy, type Timing } from "../../domain/readiness.ts";
import type { Attached, LinkStep } from "../link-steps.ts";
import { type Plan, planWhileBlocked, waitingRule } from "../plan.ts";
import type { VpcAttachmentInputs } from "./definition.ts";

/** A link, as far as this plan looks at it. */
type Seen = Pick<Link, "status" | "partner"> & Pick<Attached, "vpcId"> & { enableRoutePropagation?: boolean };

/** What the plan goes by beside the link and the inputs. */
export interface AttachmentFacts extends Omit<Timing, "configureFrom"> {
  /** The VPC that this resource has attached so far. */
  attachedVpcId?: string | undefined;
  /** Another link that cannot leave this link's VPC yet, in `defer` mode. */
  heldBy?: string | undefined;
}

/**
 * How the VPC comes onto the link. In place of another one, the link is without a VPC for as long as two calls take, and
 * propagation, which the API switches off with the old VPC, is on again at the end.
 */
export function planAttachment(
  link: Seen,
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
  // Once this resource has attached a VPC, another one on the link is drift, and corrected.
  if (attachedVpcId === undefined) {
    return {
      outcome: "refused",
      refusal: {
        code: "link-has-vpc",
        said: `another VPC (${link.vpcId}) is attached to this link, and a link can have only one`,
        now: "detach that VPC first, or use another link.",
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

/** Whether Pulumi is to leave the link's VPC alone (`ignoreChanges`). One that was never attached is still to come. */
export const leavesVpc = (ignoreChanges: readonly unknown[], attachedVpcId: string | undefined): boolean =>
  ignoreChanges.includes("vpcId") && attachedVpcId !== undefined;

/** What takes the VPC off the link that a resource has attached; nothing where another one is there. */
export const detachment = ({ vpcId }: Pick<Attached, "vpcId">, attachedVpcId: string | undefined): LinkStep[] =>
  vpcId !== undefined && vpcId === attachedVpcId ? [{ call: "detach-vpc", vpcId }] : [];
