/** What a change of an InterLink does. */

import { factsOf } from "../../provider/domain/status.ts";
import { isUnknown } from "../../provider/domain/unknown.ts";
import { IMMUTABLE } from "../../provider/resources/interlink/plan.ts";
import type { Told } from "./effects.ts";
import type { Leg } from "./leg.ts";
import type { Change } from "./preview.ts";
import { carries, differences, legBefore, plain, type Scene } from "./scene.ts";
import { BOTH_BILL, HOW_LONG, popName, short } from "./words.ts";

/** What a change of a link does. */
export function linkEffect(change: Change, scene: Scene): Told | undefined {
  const { op, old, new: next } = change;
  const before = legBefore(change, scene);
  const place = (told: Record<string, unknown> = {}) => {
    const popId = typeof told.popId === "string" ? told.popId : undefined;
    return `${plain(told.bandwidthMbps)} Mbps at ${popName(popId, scene.live)}`;
  };
  if (op === "create") {
    if (next?.inputs.adoptId !== undefined && !isUnknown(next.inputs.adoptId)) {
      return { summary: `Link ${short(String(next.inputs.adoptId))} is taken over: nothing is ordered.` };
    }
    const earlier = scene.networks.resolver.liveLink(scene.networks.resolver.linkAfter(change));
    if (earlier !== undefined) {
      return {
        summary: `Link ${short(earlier.id)}, which an earlier run has ordered, is taken over: nothing is ordered.`,
      };
    }
    return {
      summary: `Ordered: ${place(next?.inputs)}. Billed from the order; carries nothing until ${provisionerOf(change).provisions}.`,
    };
  }
  if (op === "update") {
    const changed = differences(change, ["name", "tags", "peerAsn"]);
    const what = `In place: ${changed.join(", ") || "its record is brought up to date"}.`;
    // A BGP speaker refuses a peer that opens with another AS number than it expects (RFC 4271, Bad Peer AS).
    const asn = changed.some((text) => text.startsWith("peerAsn")) && carries(before);
    if (!asn) return { summary: `${what} No route is withdrawn.` };
    return { summary: what, withdrawn: HOW_LONG.asNumber };
  }
  if (op === "delete") {
    if (before !== undefined && scene.networks.held.has(before.key)) {
      return {
        summary:
          "Stays until what is on it has moved to a link that is ready: a run before that ends with an error and this link in place.",
        findings: [{ kind: "delete", text: `link ${change.name} is deleted once what is on it has moved` }],
      };
    }
    const status = before?.status ?? String(old?.outputs.status ?? "");
    const facts = factsOf(status);
    const partnerSide = old?.outputs.kind !== "selfHosted" && !facts.replaceable;
    const summary = change.leftOver
      ? "The old link of a replacement that was interrupted is deleted."
      : `Deleted: ${place(old?.outputs)}. Scaleway stops billing.`;
    const open = carries(before) && !scene.networks.resolver.routesLeave(old?.id ?? "");
    const text = `link ${change.name} (${facts.label}) is deleted${open ? " while its routes are open" : ""}`;
    return {
      summary,
      ...(open && { withdrawn: "for good" }),
      details: partnerSide ? [BOTH_BILL] : [],
      findings: facts.dead || before === undefined ? [] : [{ kind: "delete", text }],
    };
  }
  return op === "replace" ? reorder(change, scene, before, place(next?.inputs)) : undefined;
}

/** Who makes a new link carry traffic: a partner, or the customer where the connection is theirs. */
const provisionerOf = ({ new: next }: Change) =>
  next?.inputs.connectionId === undefined
    ? {
        provisions: "the partner has provisioned it (hours to days)",
        howLong: HOW_LONG.partner,
        takes: "the partner needs hours to days for the new one",
        both: ", and both sides bill",
      }
    : {
        provisions: "your router is configured for it",
        howLong: HOW_LONG.router,
        takes: "the new one carries nothing until your router is configured for it",
        both: ", and both are billed",
      };

const WITHOUT_LOSS =
  "Without loss: add a second InterLink, wait until it is Active, move VpcAttachment and RoutePropagation, remove this one.";

function reorder(change: Change, { networks, live }: Scene, before: Leg | undefined, place: string): Told {
  const { name, old } = change;
  const why = differences(change, IMMUTABLE, live);
  const status = before?.status ?? (live ? "deleted" : String(old?.outputs.status ?? ""));
  const facts = factsOf(status);
  const hosted = change.new?.inputs.connectionId === undefined;
  if (facts.dead) {
    const reason = before?.reason ? ` ("${before.reason}")` : "";
    const was = before || !live ? `is ${facts.label}${reason}` : "does not exist any more";
    const key = hosted ? " The partner gets a new pairing key." : "";
    return { summary: `Ordered anew, since the link ${was}: ${place}.${key}` };
  }
  const cause =
    why.length > 0
      ? why.join(", ")
      : "no input differs: the engine saw that the link is gone, refused or expired, or was told to by --replace";
  if (facts.replaceable) {
    return {
      summary: `Re-ordered (${cause}): the old order was not accepted yet, so no traffic is lost.`,
      details: hosted ? ["The old pairing key is void: give the partner the new one."] : [],
      findings: [{ kind: "reorder", text: `link ${name} is re-ordered (${cause}); it carried nothing yet` }],
    };
  }
  const [from, to] = [old?.outputs.region ?? old?.inputs.region, change.new?.inputs.region];
  const abroad = from !== undefined && to !== undefined && from !== to;
  const held = before !== undefined && networks.held.has(before.key);
  const open = carries(before);
  const { provisions, howLong, takes, both } = provisionerOf(change);
  const bill = old?.outputs.kind === "selfHosted" ? "" : ` ${BOTH_BILL}`;
  const deletedFirst = !change.createFirst;
  const heldText = "the run waits for the new link first, and ends with an error and the old link in place";
  return {
    summary: `**Re-ordered** (${cause}): the new link carries nothing until ${provisions}.`,
    ...(open && !held && { withdrawn: abroad ? `for good: the new link is in ${to}` : howLong }),
    details: [
      deletedFirst
        ? `The old link is deleted before the new one is ordered (deleteBeforeReplace).${bill}`
        : `Both links are billed until the old one is deleted.${bill}`,
      ...(held ? [`Its attachment or routes are not deferred: ${heldText} if that takes longer.`] : []),
      abroad ? `A VPC has links of its own region only: no VPC of ${from} can use the new one.` : WITHOUT_LOSS,
    ],
    findings: [
      {
        kind: "reorder",
        text: `link ${name} (${facts.label}) is re-ordered (${cause}): ${held ? heldText : `${takes}${deletedFirst ? "" : both}`}`,
      },
    ],
  };
}
