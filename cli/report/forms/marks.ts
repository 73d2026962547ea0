/** Hidden lines in a Markdown report that identify it for programs. */
import type { StackName } from "../stack-name.ts";

/** The first line: project and stack. Commands use it to find an earlier comment. */
export const stackMark = ({ project, stack }: StackName): string =>
  `<!-- interlink-report: ${`${project}/${stack}`.replaceAll("--", "- -")} -->`;

/** Whether a line is the first line of a report. */
export const isStackMark = (line: string): boolean => /^<!-- interlink-report: [^/]+\/.+ -->$/.test(line);

/** The third line, below the headline, if it is certain that no InterLink resource changes. */
export const NO_EFFECT_MARK = "<!-- interlink-effect: none -->";
