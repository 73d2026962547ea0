/** `interlink doctor`: why no traffic flows, with the cause first. */
import { Command, InvalidArgumentError } from "commander";
import { CONNECTION_HELP, connectionOptions } from "./connection-options.ts";
import { FINDING_CODES, type FindingCode } from "./doctor/finding.ts";
import type { Options } from "./doctor/run.ts";
import { DIAGNOSIS } from "./exit.ts";

const HELP = `
Examines the chain from the order to the packets: order and partner, VPC, routing policies, propagation, BGP sessions, learned
routes, overlaps, network ACLs, and of a VPC with two links whether one can take over from the other. It only reads. The first
line is the cause. What your router announces is not visible from Scaleway: only what the VPC has learned of it is.

Each line: how bad, link or VPC, what is wrong, what shows it, what to do, who does it, and a code in brackets that stays the
same (docs/doctor.md lists the codes). Where the API key may not read something, that is a line too, and the rest goes on.

--json writes {region, projectId, links: [{id, name}], findings: [{code, severity, link, vpc, family, what, evidence, remedy,
who, actor}], carrying: [{vpc, family, links, carrying}]}. What is not there is null.
${CONNECTION_HELP}

Exit codes: 0 nothing is wrong; 1 failed; ${DIAGNOSIS.blocked} a link carries no traffic of a family; ${DIAGNOSIS.degraded} traffic flows, and something is wrong;
${DIAGNOSIS.unknown} nothing is wrong as far as it could be read.

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
    .action(async (options: Options) => (await import("./doctor/run.ts")).doctor(options));
}

function codes(text: string): FindingCode[] {
  const given = text.split(",").map((word) => word.trim());
  const wrong = given.find((word) => !FINDING_CODES.includes(word as FindingCode));
  if (wrong === undefined) return given as FindingCode[];
  throw new InvalidArgumentError(`${wrong} is not a valid code. Available: ${FINDING_CODES.join(", ")}.`);
}
