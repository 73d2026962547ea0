/** Which stack a preview is of, where the preview does not tell: it failed before its first step, or there is none. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { parseDocument } from "yaml";
import * as z from "zod";
import type { PreviewRun } from "./source.ts";

/** A stack, as its URNs name it. */
export interface StackName {
  project: string;
  stack: string;
}

const projectSchema = z.object({ name: z.string() });
/** Names of the file that makes a folder, and those below it, a Pulumi project. JSON is YAML too. */
const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * The stack that is asked for (`prod`, `acme/prod` or `acme/shop/prod`), else the selected one; with the project of the
 * folder. Undefined where either is not known.
 */
export async function nameStack(asked: Pick<PreviewRun, "stack" | "cwd">): Promise<StackName | undefined> {
  const folder = resolve(asked.cwd ?? ".");
  const stack = (asked.stack ?? (await selectedStack(folder)))?.split("/").at(-1);
  const project = await projectOf(folder);
  return stack && project ? { project, stack } : undefined;
}

/** What the CLI takes for selected, by PULUMI_STACK or `pulumi stack select`. */
async function selectedStack(folder: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("pulumi", ["stack", "--show-name", "--non-interactive"], {
      cwd: folder,
    });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

async function projectOf(folder: string): Promise<string | undefined> {
  for (const file of PROJECT_FILES) {
    const text = await readFile(join(folder, file), "utf8").catch(() => undefined);
    if (text !== undefined) return projectSchema.safeParse(parseDocument(text).toJS()).data?.name;
  }
  return folder === dirname(folder) ? undefined : projectOf(dirname(folder));
}
