/** The allow file: accepted findings, with resource, end date and reason. */
import { parse } from "yaml";
import * as z from "zod";
import { wildcard } from "../../provider/domain/wildcard.ts";
import { FINDING_KINDS, type Finding, type FindingKind } from "./finding.ts";

/** One entry of the allow file. */
export interface Allowance {
  /** A URN, or kind and name such as `InterLink paris`; `*` matches any text. */
  resource: string;
  finding: FindingKind;
  /** Last valid day, `YYYY-MM-DD`, UTC. */
  until: string;
  /** Why the finding is accepted, for reviewers. */
  reason: string;
}

const fileSchema = z.strictObject({
  allow: z.array(
    z.strictObject({
      resource: z.string().min(1),
      finding: z.enum(FINDING_KINDS),
      until: z.iso.date({ error: "must be a date, YYYY-MM-DD" }),
      reason: z.string().min(1, { error: "must not be empty" }),
    }),
  ),
});

/**
 * Parses an allow file. `path` is used in error messages.
 * @throws Error with each invalid entry
 */
export function parseAllowances(text: string, path: string): Allowance[] {
  let content: unknown;
  try {
    content = parse(text) ?? { allow: [] };
  } catch (cause) {
    throw new Error(`${path} is not valid YAML: ${cause instanceof Error ? cause.message.split("\n")[0] : cause}`);
  }
  const parsed = fileSchema.safeParse(content);
  if (parsed.success) return parsed.data.allow;
  const issues = parsed.error.issues.map(({ path: at, message }) => `  ${at.join(".") || "top level"}: ${message}`);
  throw new Error(
    `${path} is not a valid allow file:\n${issues.join("\n")}\n` +
      "Expected: `allow:`, a list of entries with resource, finding, until and reason (docs/ci.md).",
  );
}

/** The entry that allows a finding today. Every resource that causes it must be allowed; of several entries, the first to expire. */
export function isAllowed(finding: Finding, allowances: readonly Allowance[], today: string): Allowance | undefined {
  const valid = allowances.filter((entry) => entry.finding === finding.kind && entry.until >= today);
  const used = finding.resources.map((urn) => valid.find((entry) => matches(entry.resource, urn)));
  if (used.length === 0 || used.includes(undefined)) return undefined;
  return used.filter((entry) => entry !== undefined).toSorted((a, b) => (a.until < b.until ? -1 : 1))[0];
}

function matches(pattern: string, urn: string): boolean {
  if (pattern === urn) return true;
  const [, , types = "", ...name] = urn.split("::");
  const kind = types.split(":").at(-1);
  return wildcard(pattern).test(`${kind} ${name.join("::")}`);
}
