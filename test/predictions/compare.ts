/** Compares the prediction of a report with what the simulator observed. */
import { DIRECTIONS, FAMILIES, minus, type OpenRoutes, piecesOf } from "./open-routes.ts";
import type { Prediction } from "./predict.ts";

/** The observed effect of a run. */
export interface Observed {
  before: OpenRoutes[];
  after: OpenRoutes[];
  /** API calls that withdrew routes of a link, as the simulator counts them. */
  interruptions: { linkId: string; family: string }[];
  ordered: number;
  deleted: string[];
  /** URNs. */
  deferred: string[];
  failed: boolean;
}

/** One line per difference, starting with the field. */
export function differencesOf(prediction: Prediction, observed: Observed): string[] {
  const lines: string[] = [];
  const compare = (field: string, predicted: unknown, actual: unknown) => {
    const [one, other] = [JSON.stringify(predicted), JSON.stringify(actual)];
    if (one !== other) lines.push(`${field}: predicted ${shortened(one)}, observed ${shortened(other)}`);
  };
  compare("fails", prediction.fails, observed.failed);
  comparePrefixes(prediction, observed, compare);
  compareRedundancy(prediction, observed, compare);
  compareWithdrawals(prediction, observed, compare);
  const { least, most } = prediction.ordered;
  if (observed.ordered < least || observed.ordered > most) compare("ordered", prediction.ordered, observed.ordered);
  const { deleted, possiblyDeleted } = prediction;
  compare(
    "deleted",
    deleted,
    observed.deleted.filter((id) => deleted.includes(id) || !possiblyDeleted.includes(id)).sort(),
  );
  const certain = (urns: string[]) => urns.filter((urn) => !prediction.uncertainChanges.includes(urn)).sort();
  if (!observed.failed && !prediction.fails)
    compare("deferred", certain(prediction.deferred), certain(observed.deferred));
  return lines;
}

const shortened = (text = "") => (text.length > 400 ? `${text.slice(0, 400)}…` : text);
const sorted = (record: Record<string, string>) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
type Compare = (field: string, predicted: unknown, actual: unknown) => void;

/** Where the report is uncertain, it may predict more losses and fewer gains than the run causes, never the opposite. */
const isUncertain = ({ uncertain }: Prediction, { vpcId, family }: Pick<OpenRoutes, "vpcId" | "family">) =>
  uncertain.some((one) => one.vpcId === vpcId && one.family === family);

function comparePrefixes(prediction: Prediction, { before, after }: Observed, compare: Compare): void {
  const { prefixes } = prediction;
  const vpcs = new Set([...before, ...after, ...prefixes].map(({ vpcId }) => vpcId));
  for (const vpcId of vpcs)
    for (const family of FAMILIES)
      for (const direction of DIRECTIONS) {
        const covered = (side: OpenRoutes[]) =>
          piecesOf(
            side.filter((open) => open.vpcId === vpcId && open.family === family).flatMap((open) => open[direction]),
          );
        const [old, next] = [covered(before), covered(after)];
        const reach = prefixes.find(
          (reach) => reach.vpcId === vpcId && reach.family === family && reach.direction === direction,
        );
        const field = `${vpcId.slice(0, 4)} ${family} ${direction}`;
        const [lost, gained] = [piecesOf(reach?.lost ?? []), piecesOf(reach?.gained ?? [])];
        const [observedLost, observedGained] = [minus(old, next), minus(next, old)];
        if (isUncertain(prediction, { vpcId, family })) {
          compare(`${field} lost, not predicted`, [], minus(new Set(observedLost), lost));
          compare(`${field} gained, though uncertain`, minus(gained, new Set(observedGained)), []);
        } else {
          compare(`${field} lost`, [...lost].sort(), observedLost);
          compare(`${field} gained`, [...gained].sort(), observedGained);
        }
      }
}

/** Compares the links and PoPs that carry the routes of each VPC in the report. */
function compareRedundancy(prediction: Prediction, observed: Observed, compare: Compare): void {
  for (const { vpcId, family, before, after } of prediction.redundancy) {
    const carriers = (side: OpenRoutes[]) => {
      const open = side.filter((one) => one.vpcId === vpcId && one.family === family);
      return { legs: open.length, pops: new Set(open.map(({ popId }) => popId)).size };
    };
    const field = `redundancy of ${vpcId.slice(0, 4)} ${family}`;
    const actual = carriers(observed.after);
    const isMore = isUncertain(prediction, { vpcId, family }) && actual.legs >= after.legs && actual.pops >= after.pops;
    compare(field, { before, after }, { before: carriers(observed.before), after: isMore ? after : actual });
  }
}

function compareWithdrawals(
  { withdrawals, possiblyWithdrawn }: Prediction,
  observed: Observed,
  compare: Compare,
): void {
  const certain = (found: Prediction["withdrawals"]) =>
    sorted(found).filter(([id]) => withdrawals[id] === undefined || !possiblyWithdrawn.includes(id));
  compare("withdrawals", certain(withdrawals), certain(withdrawalsOf(observed)));
}

/** Links that lost their routes, for a time or until now. */
function withdrawalsOf({ before, after, interruptions }: Observed): Prediction["withdrawals"] {
  const found: Prediction["withdrawals"] = {};
  for (const { linkId, family } of before) {
    const stays = after.some((one) => one.linkId === linkId && one.family === family);
    const interrupted = interruptions.some((one) => one.linkId === linkId && one.family === family);
    if (!stays) found[linkId] = "lasting";
    else if (interrupted) found[linkId] ??= "briefly";
  }
  return found;
}
