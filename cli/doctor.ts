/** `interlink doctor`: finds out why no traffic flows, and shows the cause first. */
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

/** Exit codes by the worst finding. They start at 30 because other commands use lower ones. */
const EXIT_CODES: Record<Severity, number> = { blocked: 30, degraded: 31, risk: 31, unknown: 32 };

const DOING = "examining InterLinks";

const HELP = `
Examines the chain from the order to the packets: order and partner, VPC, routing policies, route propagation, BGP sessions,
learned routes, overlaps, network ACLs and, for a VPC with two links, whether each can take over from the other. It only
reads. The first line is the cause. Scaleway does not show what your router announces, only what the VPC has learned.

Each line has the severity, the link or VPC, the problem, the evidence, what to do, who has to do it, and a stable code in
brackets (docs/doctor.md lists the codes). If the API key may not read something, a line reports it and the rest is examined.

--json writes {region, projectId, links: [{id, name}], findings: [{code, severity, link, vpc, family, what, evidence, remedy,
who, actor}], carrying: [{vpc, family, links, carrying}]}. Absent values are null.
${CONNECTION_HELP}

Exit codes: 0 nothing is wrong; 1 failed; ${EXIT_CODES.blocked} a link carries no traffic of an address family; ${EXIT_CODES.degraded} traffic flows, but there
are problems; ${EXIT_CODES.unknown} no problem found, but not everything could be read.

Examples:
  interlink doctor
  interlink doctor --link paris-1a2b3c4
  interlink doctor --owner network/production --ignore subnet-not-advertised,not-diverse --json`;

/** Creates the command. */
export function doctorCommand(): Command {
  return connectionOptions(new Command("doctor").description("find out why no traffic flows, with the cause first"))
    .option("--owner <project/stack>", "links of this stack, or of one resource of it")
    .option("--link <link>", "one link: an id, a regional id (fr-par/UUID) or a name")
    .option("--ignore <codes>", "codes of findings to leave out, separated by commas", codes, [])
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
