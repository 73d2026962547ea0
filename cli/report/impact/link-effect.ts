/** What a change of an InterLink does. */
import { factsOf } from "../../../provider/domain/status.ts";
import { IMMUTABLE } from "../../../provider/resources/interlink/plan.ts";
import { openFamilies } from "../network/link.ts";
import { BOTH_BILL, popName, short } from "../words.ts";
import { differences, plain } from "./differences.ts";
import type { Act, Said, Scene } from "./effect.ts";

/** What a change of a link does. */
export function linkEffect(act: Act, scene: Scene): Said | undefined {
  const { change, before, keeps, to } = act;
  const { op, old, new: next } = change;
  if (op === "same") return undefined;
  if (op === "create" || (op === "replace" && to !== change.urn)) {
    if (to === change.urn) return ordered(act, scene);
    const which = next?.inputs.adoptId === undefined ? ", which an earlier run has ordered," : "";
    return { summary: `Link ${short(to ?? "")}${which} is adopted: nothing is ordered.` };
  }
  if (op === "update") {
    const changed = differences(change, ["name", "tags", "peerAsn"]);
    return { summary: `In place: ${changed.join(", ") || "its record is brought up to date"}.` };
  }
  if (op === "replace") return reordered(act, scene);
  if (keeps === "taken-over") return { summary: "Stays: another resource has adopted it. It is billed." };
  if (keeps === "superseded") return { summary: "Stays: a later run has adopted it. It is billed." };
  if (keeps !== undefined) {
    const text = `link ${change.name} is deleted once the run gets so far`;
    return { summary: "Stays: the run ends with an error before.", findings: [{ kind: "delete", text }] };
  }
  const facts = factsOf(before?.status ?? String(old?.outputs.status ?? ""));
  const isOpen = scene.run.withdrawals.some((one) => one.key === before?.key && one.change.op !== "replace");
  const text = `link ${change.name} (${facts.label}) is deleted${isOpen ? " while its routes are open" : ""}`;
  return {
    summary: change.leftOver
      ? "The old link of a replacement that was interrupted is deleted."
      : `Deleted: ${placeOf(old?.outputs, scene)}.${isSelfHosted(old?.outputs) ? "" : " Scaleway stops billing."}`,
    details: !isSelfHosted(old?.outputs) && !facts.replaceable ? [BOTH_BILL] : [],
    findings: facts.dead || before === undefined ? [] : [{ kind: "delete", text }],
  };
}

const placeOf = (known: Record<string, unknown> = {}, { live }: Scene) =>
  `${plain(known.bandwidthMbps)} Mbps at ${popName(typeof known.popId === "string" ? known.popId : undefined, live)}`;

const isSelfHosted = (known: Record<string, unknown> = {}) => known.connectionId !== undefined;

/** What a new link costs: one on a dedicated connection nothing beside that (Scaleway's documentation). */
const billing = ({ change: { new: next } }: Act) =>
  isSelfHosted(next?.inputs) ? "Costs nothing beside its dedicated connection" : "Billed from the order";

/** What a replacement costs while both links exist. */
function billingOfBoth(old: Record<string, unknown> | undefined, next: Record<string, unknown> | undefined): string {
  if (!isSelfHosted(old) && !isSelfHosted(next))
    return `Both links are billed until the old one is deleted. ${BOTH_BILL}`;
  if (isSelfHosted(old) && isSelfHosted(next))
    return "Both links take their share of the port until the old one is deleted.";
  return `Both links exist until the old one is deleted, and the hosted one is billed.${isSelfHosted(old) ? "" : ` ${BOTH_BILL}`}`;
}

/** Who makes a new link carry traffic: a partner, or the customer where the connection is theirs. */
const provisioner = ({ change: { new: next } }: Act) =>
  next?.inputs.connectionId === undefined
    ? "the partner has provisioned it, which takes hours to days"
    : "your router is configured for it";

function ordered(act: Act, scene: Scene): Said {
  const place = placeOf(act.change.new?.inputs, scene);
  return {
    summary: `Ordered: ${place}. ${billing(act)}; carries nothing until ${provisioner(act)}.`,
    findings: [{ kind: "order", text: `link ${act.change.name} is ordered: ${place}` }],
  };
}

const WITHOUT_LOSS =
  "Without loss: add a second InterLink, wait until it is Active, move VpcAttachment and RoutePropagation, remove this one.";

function reordered(act: Act, scene: Scene): Said {
  const { change, before, keeps } = act;
  const { name, old, new: next } = change;
  const { live } = scene;
  const facts = factsOf(before?.status ?? (live ? "deleted" : String(old?.outputs.status ?? "")));
  const isHosted = next?.inputs.connectionId === undefined;
  const place = placeOf(next?.inputs, scene);
  if (facts.dead) {
    const reason = before?.partner?.disapprovedReason;
    const was = before || !live ? `is ${facts.label}${reason ? ` ("${reason}")` : ""}` : "does not exist any more";
    return {
      summary: `Ordered again, since the link ${was}: ${place}.${isHosted ? " The partner gets a new pairing key." : ""}`,
      findings: [{ kind: "order", text: `link ${name} is ordered again, since it ${was}: ${place}` }],
    };
  }
  const why = differences(change, IMMUTABLE, live).join(", ");
  const cause =
    why || "no input differs: the engine saw that the link is gone, refused or expired, or --replace was given";
  if (facts.replaceable) {
    return {
      summary: `Re-ordered (${cause}): the old order was not accepted yet, so no traffic is lost.`,
      details: isHosted ? ["The old pairing key is void: give the partner the new one."] : [],
      findings: [{ kind: "reorder", text: `link ${name} is re-ordered (${cause}); it carried nothing yet` }],
    };
  }
  const [from, to] = [old?.outputs.region ?? old?.inputs.region, next?.inputs.region];
  const isAbroad = from !== undefined && to !== undefined && from !== to;
  const stays = "the run ends with an error before, and the old link stays in place";
  const both = change.createFirst && isHosted ? ", and both sides bill" : "";
  return {
    summary: `**Re-ordered** (${cause}): the new link carries nothing until ${provisioner(act)}.`,
    details: [
      change.createFirst
        ? billingOfBoth(old?.outputs, next?.inputs)
        : `The old link is deleted before the new one is ordered (deleteBeforeReplace).${isSelfHosted(old?.outputs) ? "" : ` ${BOTH_BILL}`}`,
      ...(keeps === "run-fails" && openFamilies(before).length > 0 ? [`The old link is not deleted: ${stays}.`] : []),
      isAbroad ? `A VPC has links of its own region only: no VPC of ${from} can use the new one.` : WITHOUT_LOSS,
    ],
    findings: [
      {
        kind: "reorder",
        text: `link ${name} (${facts.label}) is re-ordered (${cause}): ${keeps === "run-fails" ? stays : `the new one carries nothing until ${provisioner(act)}${both}`}`,
      },
    ],
  };
}
