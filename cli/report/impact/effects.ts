/** Describes the effect of each change, with its findings. */
import { nextStep, type PartnerContact } from "../../../provider/domain/status.ts";
import { type LinkState, openFamilies } from "../network/link.ts";
import type { PlannedChange } from "../network/planned-change.ts";
import type { Run } from "../network/run.ts";
import type { Change } from "../preview.ts";
import { label, listed } from "../words.ts";
import { attachmentEffect } from "./attachment-effect.ts";
import type { Action, Effect, EffectDraft, EffectFacts, Scene } from "./effect.ts";
import { linkEffect } from "./link-effect.ts";
import { policyEffect } from "./policy-effect.ts";
import { routesEffect } from "./routes-effect.ts";
import { type Until, type Withdrawn, withdrawnBy } from "./withdrawals.ts";

/** The effect of a change. Undefined if nothing changes and no step waits. */
export function effectOf(planned: PlannedChange, scene: Scene): Effect | undefined {
  const { change, code, remedy, reasons, outcome } = planned;
  if (change.op === "read") return undefined;
  const { before, after } = scene.run;
  const action: Action = {
    ...planned,
    before: before.links.get(planned.from ?? ""),
    after: after.links.get(planned.to ?? ""),
  };
  const draft = notDone(action, scene) ?? EFFECTS[change.kind](action, scene);
  if (draft === undefined) return undefined;
  const { details = [], findings = [], losesPrefixes = false, ...rest } = draft;
  const withdrawn = withdrawnBy(change, scene.run);
  const isGuard = code === "replace-live-link" || code === "replace-locked-link";
  const failure: typeof findings =
    outcome === "fails" && code !== undefined
      ? [
          {
            kind: isGuard ? "reorder" : "run-fails",
            code,
            text: `the run fails at ${label(change)}: ${listed(reasons)}`,
          },
        ]
      : [];
  const withdrawal = [...Map.groupBy(withdrawn, ({ link }) => link)].map(([link, ofLink]) => ({
    kind: "withdrawal" as const,
    text: `routes of ${link} are withdrawn ${ofLink.map(({ text }) => text).join("; ")}`,
  }));
  return {
    change,
    ...rest,
    withdrawn,
    losesPrefixes,
    details: [...details, ...(outcome === "fails" && remedy ? [`What to do: ${remedy}`] : [])],
    findings: [...findings, ...failure, ...withdrawal].map((finding) => ({ ...finding, resources: [change.urn] })),
    facts: {
      link: (action.before ?? before.links.get(planned.to ?? ""))?.key ?? null,
      withdrawal: withdrawalOf(action, withdrawn, scene.run),
      order: orderOf(action),
      endsRun: outcome === "fails",
      code: (outcome === "fails" ? code : undefined) ?? null,
      certain: !scene.run.uncertain.has(change.urn),
      keeps: planned.keeps !== undefined,
    },
  };
}

function withdrawalOf(
  { change, to = "", from = to }: Action,
  withdrawn: Withdrawn[],
  run: Run,
): EffectFacts["withdrawal"] {
  const until = new Set(withdrawn.map((one) => one.until));
  if (until.has("sessions-restart")) return "sessions";
  if (until.has("perhaps")) return "perhaps";
  const own = run.withdrawals.filter((one) => one.change === change && one.key === from);
  if (own.length + until.size === 0) return null;
  const open = openFamilies(run.after.links.get(from));
  return own.every(({ family }) => open.includes(family)) && until.isSubsetOf(BRIEFLY) ? "briefly" : "lasting";
}
const BRIEFLY = new Set<Until>(["briefly"]);

function orderOf({ change, to, outcome }: Action): EffectFacts["order"] {
  if (change.kind !== "InterLink" || (change.op !== "create" && change.op !== "replace")) return null;
  if (outcome === "fails" || outcome === "skipped") return null;
  return to === change.urn ? "new" : "adopted";
}

/** The effect of a change that the run does not make, or defers. */
function notDone(action: Action, scene: Scene): EffectDraft | undefined {
  const { change, outcome, reasons, code, keeps, before, after } = action;
  const why = reasons.join("; ");
  if (outcome === "skipped") return { summary: "Not reached: the run fails first.", deferred: "waiting" };
  if (outcome === "unknown") {
    const text = `the status of the link of ${change.name} is unknown: its routes may or may not become active`;
    return { summary: "Effect unknown: the status of its link is unknown.", findings: [{ kind: "unknown", text }] };
  }
  if (outcome === "fails" && code === "timeout") {
    const { timeoutSeconds } = { ...change.old?.outputs, ...change.new?.inputs };
    const limit = typeof timeoutSeconds === "number" ? ` up to ${timeoutSeconds} s` : "";
    return { summary: `**Waits${limit}, then fails**: ${why}.`, deferred: "waiting" };
  }
  if (outcome === "fails") {
    const deleted = {
      kind: "delete" as const,
      text: `link ${change.name} will be deleted once its VPC and routes have moved`,
    };
    return {
      summary: `**The run fails here**: ${why}.`,
      ...(code === "link-not-ready" && { deferred: "waiting" as const }),
      findings: change.kind === "InterLink" && code === "link-in-use" ? [deleted] : [],
    };
  }
  if (outcome === "waits") return { summary: `The run waits here: ${why}.`, deferred: "waiting" };
  if (outcome === "done") return undefined;
  if (keeps === "deferred") {
    return {
      summary: `Deferred: stays on ${before?.name ?? "its link"} for now, because ${why}. A later \`pulumi up\` moves it.`,
      deferred: "waiting",
    };
  }
  if (change.op !== "same")
    return change.kind === "VpcAttachment" && change.op === "update"
      ? undefined
      : { summary: `Deferred: ${why}. A later \`pulumi up\` applies it.`, deferred: "waiting" };
  const link = before ?? after;
  const reason = why || String(change.old?.outputs.pendingReason ?? "waiting for the partner or your router");
  return { summary: `Still deferred: ${reason}. ${link ? whatNow(link, scene) : ""}`.trim(), deferred: "waiting" };
}

/** What has to happen before a deferred step can be applied. */
function whatNow({ key, status = "", bgpV4Status, bgpV6Status }: LinkState, { run, live }: Scene): string {
  const partner = run.refs.managerOf(key)?.old?.outputs.partner as PartnerContact | undefined;
  const createdAt = live?.links.find(({ id }) => id === key)?.createdAt;
  return nextStep({ status, bgpV4Status, bgpV6Status, createdAt }, partner);
}

const EFFECTS: Record<Change["kind"], (action: Action, scene: Scene) => EffectDraft | undefined> = {
  InterLink: linkEffect,
  RoutingPolicy: policyEffect,
  VpcAttachment: attachmentEffect,
  RoutePropagation: routesEffect,
};
