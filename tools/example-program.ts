import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ConfigMap, PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";
import { repoRoot } from "./pulumi-cli.ts";

let runs = 0;

/**
 * A project in this repository, such as `examples/hosted`, as an inline program whose exports are the stack's outputs. The
 * module is loaded again for each run.
 */
export function exampleProgram(folder: string): { projectName: string; program: PulumiFn } {
  const { name } = parse(readFileSync(join(repoRoot, folder, "Pulumi.yaml"), "utf8"));
  const { href } = pathToFileURL(join(repoRoot, folder, "index.ts"));
  return {
    projectName: name,
    program: async () => ({ ...(await import(/* @vite-ignore */ `${href}?run=${runs++}`)) }),
  };
}

/**
 * Stack configuration from settings as in `pulumi config set`: a setting without a namespace belongs to the project, and a
 * setting whose name ends in `Key` is a secret.
 */
export function exampleConfig(projectName: string, settings: Record<string, string>): ConfigMap {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      key.includes(":") ? key : `${projectName}:${key}`,
      { value, secret: key.endsWith("Key") },
    ]),
  );
}
