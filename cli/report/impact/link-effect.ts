/** The effect of a change of an InterLink. */
import { factsOf } from "../../../provider/domain/status.ts";
import { IMMUTABLE } from "../../../provider/resources/interlink/plan.ts";
import { openFamilies } from "../network/link.ts";
import { PARTNER_KEEPS_BILLING, popName, short } from "../words.ts";
import { differences, plain } from "./differences.ts";
import type { Action, EffectDraft, Scene } from "./effect.ts";

/** Describes the effect of a change of a link. */
export function linkEffect(action: Action, scene: Scene): EffectDraft | undefined {
  const { change, before, keeps, to } = action;
  const { op, old, new: next } = change;
  if (op === "same") return undefined;
  if (op === "create" || (op === "replace" && to !== change.urn)) {
    if (to === change.urn) return ordered(action, scene);
    const origin = next?.inputs.adoptId === undefined ? " (ordered by an earlier run)" : "";
    return { summary: `Link ${short(to ?? "")}${origin} is adopted: nothing is ordered.` };
  }
  if (op === "update") {
    const changed = differences(change, ["name", "tags", "peerAsn"]);
    return {
      summary:
        changed.length > 0
          ? `Updated in place: ${changed.join(", ")}.`
          : "Only the Pulumi state or the owner tag changes.",
    };
  }
  if (op === "replace") return reordered(action, scene);
  if (keeps === "reassigned") return { summary: "Not deleted: another resource has adopted it. Billing continues." };
  if (keeps === "superseded") return { summary: "Not deleted: a later run has adopted it. Billing continues." };
  if (keeps !== undefined) {
    const text = `link ${change.name} will be deleted once the error is fixed`;
    return { summary: "Not deleted: the run fails first.", findings: [{ kind: "delete", text }] };
  }
  const facts = factsOf(before?.status ?? String(old?.outputs.status ?? ""));
  const isOpen = scene.run.withdrawals.some((one) => one.key === before?.key && one.change.op !== "replace");
  const text = `link ${change.name} (${facts.label}) is deleted${isOpen ? " while its routes are active" : ""}`;
  return {
    summary: change.leftOver
      ? "The old link of an interrupted replacement is deleted."
      : `Deleted: ${placeOf(old?.outputs, scene)}.${isSelfHosted(old?.outputs) ? "" : " Scaleway stops billing."}`,
    details: !isSelfHosted(old?.outputs) && !facts.replaceable ? [PARTNER_KEEPS_BILLING] : [],
    findings: facts.dead || before === undefined ? [] : [{ kind: "delete", text }],
  };
}

const placeOf = (known: Record<string, unknown> = {}, { live }: Scene) =>
  `${plain(known.bandwidthMbps)} Mbps at ${popName(typeof known.popId === "string" ? known.popId : undefined, live)}`;

const isSelfHosted = (known: Record<string, unknown> = {}) => known.connectionId !== undefined;

/** Billing of a new link. A link on a dedicated connection has no price of its own (Scaleway's documentation). */
const billing = ({ change: { new: next } }: Action) =>
  isSelfHosted(next?.inputs) ? "No extra cost on your dedicated connection" : "Billing starts with the order";

/** Billing of a replacement while both links exist. */
function billingOfBoth(old: Record<string, unknown> | undefined, next: Record<string, unknown> | undefined): string {
  if (!isSelfHosted(old) && !isSelfHosted(next))
    return `Both links are billed until the old one is deleted. ${PARTNER_KEEPS_BILLING}`;
  if (isSelfHosted(old) && isSelfHosted(next))
    return "Both links use bandwidth of the port until the old one is deleted.";
  return `Both links exist until the old one is deleted, and the hosted one is billed.${isSelfHosted(old) ? "" : ` ${PARTNER_KEEPS_BILLING}`}`;
}

/** What a new link needs to carry traffic: the partner, or the customer's router on their own connection. */
const provisioner = ({ change: { new: next } }: Action) =>
  next?.inputs.connectionId === undefined
    ? "the partner has provisioned it (hours to days)"
    : "your router is configured for it";

function ordered(action: Action, scene: Scene): EffectDraft {
  const place = placeOf(action.change.new?.inputs, scene);
  return {
    summary: `Ordered: ${place}. ${billing(action)}; no traffic until ${provisioner(action)}.`,
    findings: [{ kind: "order", text: `link ${action.change.name} is ordered: ${place}` }],
  };
}

const WITHOUT_LOSS =
  "To avoid the outage: add a second InterLink, wait until it is Active, move the VpcAttachment and RoutePropagation to it, then remove this one.";

function reordered(action: Action, scene: Scene): EffectDraft {
  const { change, before, keeps } = action;
  const { name, old, new: next } = change;
  const { live } = scene;
  const facts = factsOf(before?.status ?? (live ? "deleted" : String(old?.outputs.status ?? "")));
  const isHosted = next?.inputs.connectionId === undefined;
  const place = placeOf(next?.inputs, scene);
  if (facts.dead) {
    const reason = before?.partner?.disapprovedReason;
    const was = before || !live ? `is ${facts.label}${reason ? ` ("${reason}")` : ""}` : "no longer exists";
    return {
      summary: `Ordered again because the link ${was}: ${place}.${isHosted ? " Give the new pairing key to the partner." : ""}`,
      findings: [{ kind: "order", text: `link ${name} is ordered again because it ${was}: ${place}` }],
    };
  }
  const why = differences(change, IMMUTABLE, live).join(", ");
  const cause = why || "no input differs: the link is gone, refused or expired, or --replace was used";
  if (facts.replaceable) {
    return {
      summary: `Re-ordered (${cause}): the old order was not accepted yet, so no traffic is affected.`,
      details: isHosted ? ["The old pairing key is no longer valid: give the new one to the partner."] : [],
      findings: [{ kind: "reorder", text: `link ${name} is re-ordered (${cause}); it carried no traffic yet` }],
    };
  }
  const [from, to] = [old?.outputs.region ?? old?.inputs.region, next?.inputs.region];
  const isAbroad = from !== undefined && to !== undefined && from !== to;
  const stays = "the run fails first, so the old link stays in place";
  const both = change.createFirst && isHosted ? "; both links are billed in the meantime" : "";
  return {
    summary: `**Re-ordered** (${cause}): no traffic on the new link until ${provisioner(action)}.`,
    details: [
      change.createFirst
        ? billingOfBoth(old?.outputs, next?.inputs)
        : `The old link is deleted before the new one is ordered (deleteBeforeReplace).${isSelfHosted(old?.outputs) ? "" : ` ${PARTNER_KEEPS_BILLING}`}`,
      ...(keeps === "run-fails" && openFamilies(before).length > 0
        ? ["The old link is not deleted: the run fails first."]
        : []),
      isAbroad ? `A VPC can only use links in its own region: no VPC in ${from} can use the new link.` : WITHOUT_LOSS,
    ],
    findings: [
      {
        kind: "reorder",
        text: `link ${name} (${facts.label}) is re-ordered (${cause}): ${keeps === "run-fails" ? stays : `no traffic on the new link until ${provisioner(action)}${both}`}`,
      },
    ],
  };
}
