/** The action of `interlink report`, loaded only when it runs. */
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { readConfig } from "../../provider/run/config.ts";
import { parseAllowances } from "./allow.ts";
import { ALLOW_FILE, FINDING_KINDS, type FindingKind } from "./finding.ts";
import type { LiveReading } from "./live.ts";
import { failedBy, parsePreview } from "./preview.ts";
import { failureReport, report } from "./report.ts";
import { type PreviewSource, readPreview, runPreview } from "./source.ts";
import { nameStack } from "./stack-name.ts";

/** The options of the command. */
export interface Options {
  format: "markdown" | "json" | "text";
  output?: string;
  summary?: string;
  failOn?: string;
  allow?: string;
  offline: boolean;
  run: boolean;
  stack?: string;
  cwd?: string;
}

/** Runs the command. */
export async function run(previews: string[], options: Options): Promise<void> {
  try {
    await reportOn(previews, options);
  } catch (cause) {
    // The original error matters more than a failed write.
    await writeFailure(cause, options).catch(() => {});
    throw cause;
  }
}

async function reportOn(previews: string[], options: Options): Promise<void> {
  const failOn = gates(options.failOn);
  const { text, from, failure } = await source(previews, options);
  const parsed = failedBy(failure, parsePreview(text, from));
  const preview = { ...parsed, ...(parsed.stack === "" && (await nameStack(options))) };
  const config = readConfig();
  const reading: LiveReading = options.offline
    ? { basis: "offline", source: "Based on the state of the last `pulumi up` or refresh (--offline)." }
    : await (await import("./live.ts")).readLive(preview, config);
  const made = report({
    preview,
    reading,
    config,
    failOn,
    allowances: await allowances(options.allow),
    today: new Date().toISOString().slice(0, 10),
  });
  if (options.output === undefined) process.stdout.write(made[options.format]);
  else await writeFile(options.output, made[options.format]);
  if (options.summary !== undefined) await appendFile(options.summary, made.summary);
  for (const reason of made.reasons) console.error(reason);
  process.exitCode = made.exitCode;
}

/** Writes the failure as Markdown, so that a comment does not keep an outdated verdict. */
async function writeFailure(cause: unknown, options: Options): Promise<void> {
  const { format, output, summary } = options;
  if (format !== "markdown" || output === undefined) return;
  const stack = await nameStack(options);
  if (stack === undefined) return;
  const written = failureReport(stack, cause instanceof Error ? cause.message : String(cause), readConfig());
  await writeFile(output, written);
  if (summary !== undefined) await appendFile(summary, written);
}

function gates(text: string | undefined): FindingKind[] {
  return (text?.split(",") ?? []).map((word) => {
    const gate = FINDING_KINDS.find((gate) => gate === word.trim());
    if (gate === undefined)
      throw new Error(`--fail-on ${text}: "${word.trim()}" is not a finding. Available: ${FINDING_KINDS.join(",")}`);
    return gate;
  });
}

function source(previews: string[], { run, stack, cwd }: Options): Promise<PreviewSource> {
  if (run) {
    return runPreview({ args: previews, ...(stack !== undefined && { stack }), ...(cwd !== undefined && { cwd }) });
  }
  const [path, ...more] = previews;
  if (path === undefined || more.length > 0) {
    throw new Error("exactly one preview is needed: a file, - for standard input, or --run (interlink report --help)");
  }
  return readPreview(path);
}

async function allowances(path: string | undefined) {
  const file = path ?? ALLOW_FILE;
  try {
    return parseAllowances(await readFile(file, "utf8"), file);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    if (missing && path === undefined) return [];
    if (missing) throw new Error(`--allow ${file}: file not found`, { cause });
    throw cause;
  }
}
