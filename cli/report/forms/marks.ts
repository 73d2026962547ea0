/** Hidden lines of a report in Markdown, by which programs know it. No text for people has to be read for them. */
import type { StackName } from "../stack-name.ts";

/** The first line: whose report it is. A comment is found again by it. */
export const stackMark = ({ project, stack }: StackName): string =>
  `<!-- interlink-report: ${`${project}/${stack}`.replaceAll("--", "- -")} -->`;

/** Whether a line is such a first line. */
export const isStackMark = (line: string): boolean => /^<!-- interlink-report: [^/]+\/.+ -->$/.test(line);

/** The third line, below the headline, of a report by which no resource of InterLink changes for certain. */
export const NO_EFFECT_MARK = "<!-- interlink-effect: none -->";
