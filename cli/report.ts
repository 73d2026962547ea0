/** `interlink report`: what a preview would do to traffic, and whether that may pass. */
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { Command, Option } from "commander";
import { readConfig } from "../provider/run/config.ts";
import { ALLOW_FILE, parseAllowances } from "./report/allow.ts";
import { EXIT_CODES, FINDING_KINDS, type FindingKind } from "./report/finding.ts";
import { type LiveReading, readLive } from "./report/live.ts";
import { failedBy, parsePreview } from "./report/preview.ts";
import { failureReport, report } from "./report/report.ts";
import { type PreviewSource, readPreview, runPreview } from "./report/source.ts";
import { nameStack } from "./report/stack-name.ts";

interface Options {
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

/** Makes the command. */
export function reportCommand(): Command {
  return new Command("report")
    .description("what a Pulumi preview would do to traffic, in the words of networks")
    .argument("[preview...]", "a file that `pulumi preview --json --show-sames` wrote, or - for standard input")
    .addOption(new Option("--format <format>", "what is written").choices(["markdown", "json", "text"]).default("text"))
    .option("--output <file>", "write the report there instead of to standard output")
    .option("--summary <file>", "append the whole Markdown there, whatever its length: for a job summary")
    .option("--fail-on <findings>", `end with an exit code of 10 or above on these: ${FINDING_KINDS.join(",")}`)
    .option("--allow <file>", `allow file (default: ${ALLOW_FILE}, if it is there)`)
    .option("--offline", "use the last known state, also where there are Scaleway credentials", false)
    .option("--run", "run `pulumi preview` and report on it; arguments after -- go to it", false)
    .option("--stack <stack>", "with --run: the stack; else its name, where the preview does not name it")
    .option("--cwd <folder>", "with --run: the folder of the Pulumi project")
    .addHelpText("after", HELP)
    .action(run);
}

const HELP = `
With Scaleway credentials (SCW_SECRET_KEY, or the config file of the scw CLI) it reads what is live; without, it uses
the last known state. How to read the report, and the allow file: docs/ci.md of the package's repository.

Exit codes: 0 no gate of --fail-on is closed; 1 an error, or a preview that failed; else of the worst that is found, worst first
${FINDING_KINDS.map((gate) => `  ${EXIT_CODES[gate]}  ${gate}`).join("\n")}

Examples:
  pulumi preview --json --show-sames | interlink report -
  interlink report --run --stack prod --fail-on prefix-loss,reorder -- --refresh`;

async function run(previews: string[], options: Options): Promise<void> {
  try {
    await reportOn(previews, options);
  } catch (cause) {
    // Of two failures, the first is the one to mend.
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
    ? { basis: "offline", source: "By the state of the last `pulumi up` or refresh (--offline)." }
    : await readLive(preview, config);
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

/** Markdown is what becomes a comment, where an earlier verdict would go on standing. */
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
    if (gate === undefined) throw new Error(`--fail-on ${text}: give some of ${FINDING_KINDS.join(",")}`);
    return gate;
  });
}

function source(previews: string[], { run, stack, cwd }: Options): Promise<PreviewSource> {
  if (run) {
    return runPreview({ args: previews, ...(stack !== undefined && { stack }), ...(cwd !== undefined && { cwd }) });
  }
  const [path, ...more] = previews;
  if (path === undefined || more.length > 0) {
    throw new Error("give one preview file, - for standard input, or --run (interlink report --help)");
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
    if (missing) throw new Error(`--allow ${file}: there is no such file`, { cause });
    throw cause;
  }
}
