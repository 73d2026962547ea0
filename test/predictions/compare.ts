/** Compares what a report predicted with what the simulator saw. */
import { DIRECTIONS, FAMILIES, minus, type Open, piecesOf } from "./picture.ts";
import type { Prediction } from "./predict.ts";

/** What a run did. */
export interface Seen {
  before: Open[];
  after: Open[];
  /** Times in which API calls took routes of a link away, as the simulator counts them. */
  moments: { linkId: string; family: string }[];
  ordered: number;
  deleted: string[];
  /** URNs. */
  deferred: string[];
  failed: boolean;
}

/** One line for each difference, the field first. */
export function differencesOf(prediction: Prediction, seen: Seen): string[] {
  const lines: string[] = [];
  const compare = (field: string, predicted: unknown, saw: unknown) => {
    const [one, other] = [JSON.stringify(predicted), JSON.stringify(saw)];
    if (one !== other) lines.push(`${field}: predicted ${shortened(one)}, saw ${shortened(other)}`);
  };
  compare("fails", prediction.fails, seen.failed);
  comparePrefixes(prediction, seen, compare);
  compareRedundancy(prediction, seen, compare);
  compareWithdrawals(prediction, seen, compare);
  const { least, most } = prediction.ordered;
  if (seen.ordered < least || seen.ordered > most) compare("ordered", prediction.ordered, seen.ordered);
  const { deleted, perhapsDeleted } = prediction;
  compare("deleted", deleted, seen.deleted.filter((id) => deleted.includes(id) || !perhapsDeleted.includes(id)).sort());
  const certain = (urns: string[]) => urns.filter((urn) => !prediction.uncertainChanges.includes(urn)).sort();
  if (!seen.failed && !prediction.fails) compare("deferred", certain(prediction.deferred), certain(seen.deferred));
  return lines;
}

const shortened = (text = "") => (text.length > 400 ? `${text.slice(0, 400)}…` : text);
const sorted = (record: Record<string, string>) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
type Compare = (field: string, predicted: unknown, saw: unknown) => void;

/** Where the report is not certain, it may warn of a loss that does not come and promise less than comes: never more. */
const isUncertain = ({ uncertain }: Prediction, { vpcId, family }: Pick<Open, "vpcId" | "family">) =>
  uncertain.some((one) => one.vpcId === vpcId && one.family === family);

function comparePrefixes(prediction: Prediction, { before, after }: Seen, compare: Compare): void {
  const { prefixes } = prediction;
  const vpcs = new Set([...before, ...after, ...prefixes].map(({ vpcId }) => vpcId));
  for (const vpcId of vpcs)
    for (const family of FAMILIES)
      for (const direction of DIRECTIONS) {
        const of = (side: Open[]) =>
          piecesOf(
            side.filter((open) => open.vpcId === vpcId && open.family === family).flatMap((open) => open[direction]),
          );
        const [was, is] = [of(before), of(after)];
        const reach = prefixes.find(
          (reach) => reach.vpcId === vpcId && reach.family === family && reach.direction === direction,
        );
        const field = `${vpcId.slice(0, 4)} ${family} ${direction}`;
        const [lost, gained] = [piecesOf(reach?.lost ?? []), piecesOf(reach?.gained ?? [])];
        const [seenLost, seenGained] = [minus(was, is), minus(is, was)];
        if (isUncertain(prediction, { vpcId, family })) {
          compare(`${field} lost, not predicted`, [], minus(new Set(seenLost), lost));
          compare(`${field} gained, though not certain`, minus(gained, new Set(seenGained)), []);
        } else {
          compare(`${field} lost`, [...lost].sort(), seenLost);
          compare(`${field} gained`, [...gained].sort(), seenGained);
        }
      }
}

/** Links and PoPs that carry a VPC's routes, where the report says anything of the VPC. */
function compareRedundancy(prediction: Prediction, seen: Seen, compare: Compare): void {
  for (const { vpcId, family, before, after } of prediction.redundancy) {
    const carriers = (side: Open[]) => {
      const open = side.filter((one) => one.vpcId === vpcId && one.family === family);
      return { legs: open.length, pops: new Set(open.map(({ popId }) => popId)).size };
    };
    const field = `redundancy of ${vpcId.slice(0, 4)} ${family}`;
    const is = carriers(seen.after);
    const isMore = isUncertain(prediction, { vpcId, family }) && is.legs >= after.legs && is.pops >= after.pops;
    compare(field, { before, after }, { before: carriers(seen.before), after: isMore ? after : is });
  }
}

function compareWithdrawals({ withdrawals, perhapsWithdrawn }: Prediction, seen: Seen, compare: Compare): void {
  const certain = (found: Prediction["withdrawals"]) =>
    sorted(found).filter(([id]) => withdrawals[id] === undefined || !perhapsWithdrawn.includes(id));
  compare("withdrawals", certain(withdrawals), certain(withdrawalsOf(seen)));
}

/** Links that carried routes and were without for a moment, or are so now. */
function withdrawalsOf({ before, after, moments }: Seen): Prediction["withdrawals"] {
  const found: Prediction["withdrawals"] = {};
  for (const { linkId, family } of before) {
    const stays = after.some((one) => one.linkId === linkId && one.family === family);
    const moment = moments.some((one) => one.linkId === linkId && one.family === family);
    if (!stays) found[linkId] = "lasting";
    else if (moment) found[linkId] ??= "briefly";
  }
  return found;
}
