/** `interlink doctor`: finds out why no traffic flows, and shows the cause first. */
import { Command, InvalidArgumentError } from "commander";
import { connectionHelp, connectionOptions } from "./connection-options.ts";
import { FINDING_CODES, type FindingCode } from "./doctor/finding.ts";
import type { Options } from "./doctor/run.ts";
import { DIAGNOSIS } from "./exit.ts";

const HELP = `
Examines the chain from the order to the packets: order and partner, VPC, routing policies, route propagation, BGP sessions,
learned routes, overlaps, network ACLs and, for a VPC with two links, whether each can take over from the other. It only
reads. The first line is the cause. Scaleway does not show what your router announces, only what the VPC has learned.

Each line has the severity, the link or VPC, the problem, the evidence, what to do, who has to do it, and a stable code in
brackets (docs/doctor.md lists the codes). If the API key may not read something, a line reports it and the rest is examined.

--json writes {region, projectId, links: [{id, name}], findings: [{code, severity, link, vpc, family, what, evidence, remedy,
who, actor}], carrying: [{vpc, family, links, carrying}]}. Absent values are null.
${connectionHelp()}

Exit codes: 0 nothing is wrong; 1 failed; ${DIAGNOSIS.blocked} a link carries no traffic of an address family; ${DIAGNOSIS.degraded} traffic flows, but there
are problems; ${DIAGNOSIS.unknown} no problem found, but not everything could be read.

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
    .action(async (options: Options) => (await import("./doctor/run.ts")).doctor(options));
}

function codes(text: string): FindingCode[] {
  const given = text.split(",").map((word) => word.trim());
  const wrong = given.find((word) => !FINDING_CODES.includes(word as FindingCode));
  if (wrong === undefined) return given as FindingCode[];
  throw new InvalidArgumentError(`${wrong} is not a valid code. Available: ${FINDING_CODES.join(", ")}.`);
}
