/** Reads the text of a preview from a file, standard input, or a run of the Pulumi CLI. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { PreviewError } from "./preview.ts";

/** The text of a preview, and the name of its source in error messages. */
export interface PreviewSource {
  text: string;
  from: string;
  /** Set if the run that wrote it failed, even if the text contains no error. */
  failure?: string;
}

/** Reads a file, or standard input for `-`. */
export async function readPreview(path: string): Promise<PreviewSource> {
  if (path === "-") return { text: await text(process.stdin), from: "standard input" };
  try {
    return { text: await readFile(path, "utf8"), from: path };
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "file not found" : String(cause);
    throw new PreviewError(`${path} cannot be read: ${why}`, { cause });
  }
}

/** Options of a run of the CLI. */
export interface PreviewRun {
  stack?: string;
  cwd?: string;
  /** Extra arguments for `pulumi preview`. */
  args: string[];
}

/**
 * Runs `pulumi preview --json --show-sames`; standard error passes through. A failed preview is returned too: its text
 * contains most errors, and its exit code shows the others.
 * @throws PreviewError if the CLI is missing, or ends without writing a preview
 */
export async function runPreview({ stack, cwd, args }: PreviewRun): Promise<PreviewSource> {
  const all = [
    ...["preview", "--json", "--show-sames", "--non-interactive"],
    ...(stack === undefined ? [] : ["--stack", stack]),
    ...(cwd === undefined ? [] : ["--cwd", cwd]),
    ...args,
  ];
  const child = spawn("pulumi", all, { stdio: ["ignore", "pipe", "inherit"] });
  const failed = once(child, "error").then(([cause]) => {
    throw new PreviewError(
      (cause as NodeJS.ErrnoException).code === "ENOENT"
        ? "pulumi is not on PATH: install the Pulumi CLI, or pass a preview file"
        : `pulumi could not be started: ${cause}`,
    );
  });
  const ended = Promise.all([text(child.stdout), once(child, "close")]);
  const [output, [code, signal]] = await Promise.race([ended, failed]);
  const end = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  // The CLI writes an empty digest if it cannot start the program.
  if (["", "{}"].includes(output.trim())) throw new PreviewError(`pulumi preview ${end} and wrote no preview`);
  const from = "the output of pulumi preview";
  return { text: output, from, ...(code !== 0 && { failure: `pulumi preview ${end}` }) };
}
