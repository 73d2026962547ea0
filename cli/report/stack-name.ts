/** Finds the name of the stack if the preview does not contain it: it failed before its first step, or is missing. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { parseDocument } from "yaml";
import * as z from "zod";
import type { PreviewRun } from "./source.ts";

/** Project and stack, as in URNs. */
export interface StackName {
  project: string;
  stack: string;
}

const projectSchema = z.object({ name: z.string() });
/** Names of the project file. JSON is valid YAML. */
const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * The requested stack (`prod`, `acme/prod` or `acme/shop/prod`), or the selected one, with the project of the folder.
 * Undefined if stack or project is unknown.
 */
export async function nameStack(requested: Pick<PreviewRun, "stack" | "cwd">): Promise<StackName | undefined> {
  const folder = resolve(requested.cwd ?? ".");
  const stack = (requested.stack ?? (await selectedStack(folder)))?.split("/").at(-1);
  const project = await projectOf(folder);
  return stack && project ? { project, stack } : undefined;
}

/** The stack selected by PULUMI_STACK or `pulumi stack select`. */
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
