/** Runs `interlink doctor`. Loaded only when the command runs, so that help stays fast. */
import { regionOf } from "../../provider/resources/inputs.ts";
import { explain } from "../../provider/run/explain.ts";
import { openConnection } from "../connection.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import { DIAGNOSIS } from "../exit.ts";
import { linksSelected } from "../targets.ts";
import { type Diagnosis, diagnose } from "./diagnose.ts";
import { type Evidence, readEvidence } from "./evidence.ts";
import type { FindingCode } from "./finding.ts";
import { actorOf, diagnosisText } from "./text.ts";

const DOING = "examining InterLinks";

/** The options of the command. */
export interface Options extends ConnectionOptions {
  owner?: string;
  link?: string;
  ignore: FindingCode[];
  json?: boolean;
}

/** Runs the command. */
export async function doctor({ owner, link, ignore, json = false, ...options }: Options): Promise<void> {
  const context = await openConnection(options);
  const region = regionOf(context, options);
  try {
    const targets = await linksSelected(context, region, { ...(owner && { owner }), ...(link && { link }) }, DOING);
    const [home = region] = targets.map((target) => target.region);
    const [projectId = context.config.projectId()] = targets.map((target) => target.projectId);
    const all = await context.links.all(home, projectId, Number.POSITIVE_INFINITY);
    const evidence = await readEvidence(context, { region: home, projectId, targets, all });
    const diagnosis = diagnose(evidence);
    const findings = diagnosis.findings.filter(({ code }) => !ignore.includes(code));
    const shown = { ...diagnosis, findings };
    console.log(
      json ? JSON.stringify(documentOf(evidence, shown), null, 2) : diagnosisText(shown, evidence.links.length),
    );
    const [worst] = findings;
    if (worst) process.exitCode = DIAGNOSIS[worst.severity];
  } catch (error) {
    throw explain(DOING, error);
  }
}

function documentOf({ region, projectId, links }: Evidence, { findings, carrying }: Diagnosis) {
  return {
    ...{ region, projectId, links: links.map(({ id, name }) => ({ id, name })) },
    findings: findings.map((finding) => {
      const { code, severity, link = null, vpc = null, family = null, what, evidence, remedy, who } = finding;
      return { code, severity, link, vpc, family, what, evidence, remedy, who, actor: actorOf(finding) };
    }),
    carrying,
  };
}
