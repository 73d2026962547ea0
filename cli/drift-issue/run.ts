/** Runs `interlink drift-issue`. Loaded only when the command runs, so that help stays fast. */
import type { Clock } from "../../provider/api/clock.ts";
import { explain } from "../../provider/run/explain.ts";
import { type Environment, forgeOf } from "../comment/environment.ts";
import { parseReport } from "../comment/one-comment.ts";
import { readReport, remedyFor } from "../comment/run.ts";
import { gitHubIssues } from "./github.ts";
import { gitLabIssues } from "./gitlab.ts";
import { type IssueOutcome, type IssuePlace, type NewIssue, oneIssue } from "./issues.ts";

/** The options of the command. */
export interface DriftIssueOptions {
  file: string;
  github?: boolean;
  gitlab?: boolean;
  label?: string[];
}

/** Writes the issue, and returns the outcome as one line of text. */
export async function driftIssue(options: DriftIssueOptions, environment: Environment, clock: Clock): Promise<string> {
  const report = parseReport(readReport(options.file, environment), options.file);
  const stack = report.marker.replace(/^<!-- interlink-report: (.+) -->$/, "$1");
  const fresh = { title: `InterLink drift: ${stack}`, labels: options.label ?? [] };
  const { issues, remedy } = placeOf(options, environment, clock, fresh);
  try {
    return outcomeText(await oneIssue(issues, report, clock), stack);
  } catch (error) {
    throw explain(`writing the drift issue of ${stack} to ${issues.name}`, error, remedyFor(error, remedy));
  }
}

function placeOf(options: DriftIssueOptions, environment: Environment, clock: Clock, fresh: NewIssue): IssuePlace {
  const forge = forgeOf(options, environment, {
    doing: "writing the issue",
    remedy: "give --github or --gitlab. interlink drift-issue --help lists the variables.",
  });
  return (forge === "github" ? gitHubIssues : gitLabIssues)(environment, clock, fresh);
}

function outcomeText(outcome: IssueOutcome, stack: string): string {
  switch (outcome.kind) {
    case "silent":
      return `No issue: ${stack} has no drift and no open issue.`;
    case "unchanged":
      return `The issue of ${stack} is up to date: ${outcome.comment.url}`;
    default:
      return `The issue of ${stack} was ${outcome.kind}: ${outcome.comment.url}`;
  }
}
