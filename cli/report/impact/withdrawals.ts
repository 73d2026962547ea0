/** How long a change withdraws active routes. */
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { isUnknown } from "../../../provider/domain/unknown.ts";
import { openFamilies, routeState } from "../network/link.ts";
import type { PlannedChange } from "../network/planned-change.ts";
import type { Run, Withdrawal } from "../network/run.ts";
import type { Change } from "../preview.ts";
import { familyNames } from "../words.ts";

/** Until when routes are withdrawn. */
export type Until =
  | "briefly"
  | "sessions-restart"
  | "enabled"
  | "perhaps"
  | "router-configured"
  | "partner-provisions"
  | "moved"
  | "for-good";

/** Routes that a change withdraws from a link. */
export interface Withdrawn {
  until: Until;
  families: AddressFamily[];
  /** Name of the link. */
  link: string;
  /** The same in words; names the families if the link also carries another one. */
  text: string;
}

const WORDS: Record<Exclude<Until, "moved">, string> = {
  briefly: "briefly (two API calls)",
  "sessions-restart": "until your router uses the new AS number",
  enabled: "until route propagation is enabled again",
  perhaps: "possibly, until route propagation is enabled again",
  "router-configured": "until your router is configured for the new link",
  "partner-provisions": "until the partner has provisioned the new link (hours to days)",
  "for-good": "permanently",
};

/** The routes that a change withdraws, by link and duration. */
export function withdrawnBy(change: Change, run: Run): Withdrawn[] {
  const { before, after, refs, withdrawals, planned } = run;
  const own = planned.find((one) => one.change === change);
  const found = withdrawals.filter((one) => causesOf(one, run).includes(change));
  const keys = new Set(found.map(({ key }) => key));
  const restarted = before.links.get(own?.from ?? "");
  if (own && change.kind === "InterLink" && change.op === "update" && own.plan.includes("peerAsn") && restarted) {
    const families = openFamilies(restarted);
    // A BGP speaker refuses a peer with an unexpected AS number (RFC 4271, Bad Peer AS).
    if (families.length > 0) return [worded("sessions-restart", families, families, restarted.name)];
  }
  return [...keys].flatMap((key) => {
    const link = before.links.get(key);
    const ofLink = found.filter((one) => one.key === key);
    const each = FAMILIES.flatMap((family) => {
      const withdrawal = ofLink.find((one) => one.family === family);
      const until = withdrawal && untilOf(withdrawal, run);
      return until === undefined ? [] : [{ family, until }];
    });
    const target = own?.to === undefined ? undefined : after.links.get(own.to)?.name;
    return [...Map.groupBy(each, ({ until }) => until)].map(([until, alike]) =>
      worded(
        until,
        alike.map(({ family }) => family),
        openFamilies(link),
        link?.name ?? refs.managerOf(key)?.name ?? key,
        target,
      ),
    );
  });
}

function worded(
  until: Until,
  families: AddressFamily[],
  open: AddressFamily[],
  link: string,
  target = "the new link",
): Withdrawn {
  const words = until === "moved" ? `until they are active on ${target}` : WORDS[until];
  return {
    until,
    families,
    link,
    text: families.length < open.length ? `${words} for ${familyNames(families)}` : words,
  };
}

/** The changes that cause a withdrawal together: the replacement of a link, or the removal of everything on it. */
function causesOf({ key, change }: Withdrawal, { planned, refs, after }: Run): Change[] {
  const manager = refs.managerOf(key);
  if (manager?.op === "replace" && !after.links.has(key)) return [manager];
  const goes = ({ change: other, from, to, keeps }: PlannedChange) =>
    from === key && keeps === undefined && other.op === change.op && (other.op === "delete" || to !== from);
  return isInPlace(change, planned) ? [change] : planned.filter(goes).map((one) => one.change);
}

/**
 * Whether a change affects one link only: an update, a create on an existing link (lost state, adoption), or routes whose
 * move is deferred.
 */
const isInPlace = (change: Change, planned: readonly PlannedChange[]) =>
  change.op === "update" ||
  change.op === "create" ||
  planned.some((one) => one.change === change && one.keeps === "deferred");

/** How long routes are withdrawn; undefined if another link carries them before this one loses them. */
function untilOf({ key, family, change, vpcId }: Withdrawal, { after, refs, planned }: Run): Until | undefined {
  const link = after.links.get(key);
  if (routeState(link, family) === "open" && link?.vpcId === vpcId) return "briefly";
  const manager = refs.managerOf(key);
  if (manager?.op === "replace" && link === undefined) {
    const [from, to] = [manager.old?.outputs.region ?? manager.old?.inputs.region, manager.new?.inputs.region];
    // A VPC can only use links in its own region.
    if (to !== undefined && from !== to) return "for-good";
    return manager.new?.inputs.connectionId === undefined ? "partner-provisions" : "router-configured";
  }
  if (link && routeState(link, family) === "open") return "briefly";
  const own = planned.find((one) => one.change === change);
  const isMoved = change.op === "replace" && !isInPlace(change, planned);
  if (isMoved && own?.to !== undefined && own.to !== key) {
    const target = after.links.get(own.to);
    const arrives = routeState(target, family) === "open" && target?.vpcId === vpcId;
    return arrives ? (change.createFirst ? undefined : "briefly") : "moved";
  }
  if (
    change.kind === "RoutePropagation" &&
    isInPlace(change, planned) &&
    link?.[FAMILY_FIELDS[family].policy] !== undefined
  ) {
    return isUnknown(change.new?.inputs.enabled) ? "perhaps" : "enabled";
  }
  return "for-good";
}
