/** `interlink doctor`: why no traffic flows, with the cause first. */
import { Command, InvalidArgumentError } from "commander";
import { regionOf } from "../provider/resources/inputs.ts";
import { explain } from "../provider/run/explain.ts";
import { openConnection } from "./connection.ts";
import { CONNECTION_HELP, type ConnectionOptions, connectionOptions } from "./connection-options.ts";
import { type Diagnosis, diagnose } from "./doctor/diagnose.ts";
import { type Evidence, readEvidence } from "./doctor/evidence.ts";
import { FINDING_CODES, type FindingCode, type Severity } from "./doctor/finding.ts";
import { actorOf, diagnosisText } from "./doctor/text.ts";
import { linksSelected } from "./targets.ts";

interface Options extends ConnectionOptions {
  owner?: string;
  link?: string;
  ignore: FindingCode[];
  json?: boolean;
}

/** Exit codes by the worst finding. From 30 on, since other commands use those below. */
const EXIT_CODES: Record<Severity, number> = { blocked: 30, degraded: 31, risk: 31, unknown: 32 };

const DOING = "examining InterLinks";

const HELP = `
Examines the chain from the order to the packets: order and partner, VPC, routing policies, propagation, BGP sessions, learned
routes, overlaps, network ACLs, and of a VPC with two links whether one can take over from the other. It only reads. The first
line is the cause. What your router announces is not visible from Scaleway: only what the VPC has learned of it is.

Each line: how bad, link or VPC, what is wrong, what shows it, what to do, who does it, and a code in brackets that stays the
same (docs/doctor.md lists the codes). Where the API key may not read something, that is a line too, and the rest goes on.

--json writes {region, projectId, links: [{id, name}], findings: [{code, severity, link, vpc, family, what, evidence, remedy,
who, actor}], carrying: [{vpc, family, links, carrying}]}. What is not there is null.
${CONNECTION_HELP}

Exit codes: 0 nothing is wrong; 1 failed; ${EXIT_CODES.blocked} a link carries no traffic of a family; ${EXIT_CODES.degraded} traffic flows, and something is wrong;
${EXIT_CODES.unknown} nothing is wrong as far as it could be read.

Examples:
  interlink doctor
  interlink doctor --link paris-1a2b3c4
  interlink doctor --owner network/production --ignore subnet-not-advertised,not-diverse --json`;

/** Makes the command. */
export function doctorCommand(): Command {
  return connectionOptions(new Command("doctor").description("find out why no traffic flows, with the cause first"))
    .option("--owner <project/stack>", "links of this stack, or of one resource of it")
    .option("--link <link>", "one link: an id, a regional id (fr-par/UUID) or a name")
    .option("--ignore <codes>", "findings that are intended, separated by commas", codes, [])
    .option("--json", "write JSON")
    .addHelpText("after", HELP)
    .action(doctor);
}

async function doctor({ owner, link, ignore, json = false, ...options }: Options): Promise<void> {
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
    if (worst) process.exitCode = EXIT_CODES[worst.severity];
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

function codes(text: string): FindingCode[] {
  const given = text.split(",").map((word) => word.trim());
  const wrong = given.find((word) => !FINDING_CODES.includes(word as FindingCode));
  if (wrong === undefined) return given as FindingCode[];
  throw new InvalidArgumentError(`${wrong} is not a valid code. Available: ${FINDING_CODES.join(", ")}.`);
}
