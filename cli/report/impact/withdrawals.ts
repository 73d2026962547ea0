/** For how long a change withdraws routes that are open. */
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { isUnknown } from "../../../provider/domain/unknown.ts";
import { openFamilies, routeState } from "../network/link.ts";
import type { Run, Withdrawal } from "../network/run.ts";
import type { Taken } from "../network/taken.ts";
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
  /** The same in words, with the families where the link carries another one too. */
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

/** What a change withdraws, by link and time. */
export function withdrawnBy(change: Change, run: Run): Withdrawn[] {
  const { before, after, refs, withdrawals, taken } = run;
  const own = taken.find((one) => one.change === change);
  const found = withdrawals.filter((one) => causesOf(one, run).includes(change));
  const keys = new Set(found.map(({ key }) => key));
  const restarted = before.links.get(own?.from ?? "");
  if (own && change.kind === "InterLink" && change.op === "update" && own.plan.includes("peerAsn") && restarted) {
    const families = openFamilies(restarted);
    // A BGP speaker refuses a peer that opens with another AS number than it expects (RFC 4271, Bad Peer AS).
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

/** What takes routes away together is one cause: the end of a link, or of all that hangs on it. */
function causesOf({ key, change }: Withdrawal, { taken, refs, after }: Run): Change[] {
  const manager = refs.managerOf(key);
  if (manager?.op === "replace" && !after.links.has(key)) return [manager];
  const goes = ({ change: other, from, to, keeps }: Taken) =>
    from === key && keeps === undefined && other.op === change.op && (other.op === "delete" || to !== from);
  return isInPlace(change, taken) ? [change] : taken.filter(goes).map((one) => one.change);
}

/**
 * Whether a change is made on one link and takes nothing off another: an update, a create on a link that is there already
 * (state lost, adoption), or routes whose move is deferred.
 */
const isInPlace = (change: Change, taken: readonly Taken[]) =>
  change.op === "update" ||
  change.op === "create" ||
  taken.some((one) => one.change === change && one.keeps === "deferred");

/** Undefined where another link carries the routes before this one loses them. */
function untilOf({ key, family, change, vpcId }: Withdrawal, { after, refs, taken }: Run): Until | undefined {
  const link = after.links.get(key);
  if (routeState(link, family) === "open" && link?.vpcId === vpcId) return "briefly";
  const manager = refs.managerOf(key);
  if (manager?.op === "replace" && link === undefined) {
    const [from, to] = [manager.old?.outputs.region ?? manager.old?.inputs.region, manager.new?.inputs.region];
    // A VPC has links of its own region only.
    if (to !== undefined && from !== to) return "for-good";
    return manager.new?.inputs.connectionId === undefined ? "partner-provisions" : "router-configured";
  }
  if (link && routeState(link, family) === "open") return "briefly";
  const own = taken.find((one) => one.change === change);
  const isMoved = change.op === "replace" && !isInPlace(change, taken);
  if (isMoved && own?.to !== undefined && own.to !== key) {
    const target = after.links.get(own.to);
    const arrives = routeState(target, family) === "open" && target?.vpcId === vpcId;
    return arrives ? (change.createFirst ? undefined : "briefly") : "moved";
  }
  if (
    change.kind === "RoutePropagation" &&
    isInPlace(change, taken) &&
    link?.[FAMILY_FIELDS[family].policy] !== undefined
  ) {
    return isUnknown(change.new?.inputs.enabled) ? "perhaps" : "enabled";
  }
  return "for-good";
}
