/** The files that an import writes: a Pulumi project whose program describes what is there, and the way into its state. */
import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { packageVersion } from "../../provider/domain/package-version.ts";
import type { Host } from "../../provider/domain/resource-type.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { type Labels, labelled } from "./labels.ts";
import type { PlannedResource } from "./plan.ts";
import { typescriptProgram } from "./typescript.ts";
import { yamlProgram } from "./yaml.ts";

/** The language of a program. */
export type Language = "typescript" | "yaml";

/** Name of the file for `pulumi import --file`. */
export const IMPORT_FILE = "import.json";

/** Files of a folder: names and texts. */
export type Files = Record<string, string>;

/** A refresh brings the links' status into the outputs, and after an import the pairing keys. */
const PROJECT = {
  name: "interlink",
  description: "Scaleway InterLinks, imported as they are",
  options: { refresh: "always" },
};

/** The plugin that npm installs with the package, so that the engine needs no other. */
const PLUGIN = { name: "scaleway-interlink", path: "node_modules/pulumi-scaleway-interlink/dist/plugin" };

const HEAD = `Written by \`interlink import\`.
adoptId keeps a lost state from ordering a link again: a run without a state finds the link by it.
protect keeps Pulumi from deleting what was imported, as after every import: take it out where you want to delete.`;

/** Writes the program's files. */
export function projectFiles(
  resources: readonly PlannedResource[],
  { language, host }: { language: Language; host: Host },
  labels: Labels,
): Files {
  if (language === "yaml") {
    const program = yamlProgram({ ...PROJECT, runtime: "yaml" }, resources, HEAD);
    return { "Pulumi.yaml": labelled(program, "#", labels) };
  }
  const description = {
    name: PROJECT.name,
    private: true,
    type: "module",
    main: "index.ts",
    dependencies: { "@pulumi/pulumi": "^3.259.0", "pulumi-scaleway-interlink": `^${packageVersion()}` },
  };
  // Node runs TypeScript itself: ts-node is not needed.
  const runtime = { name: "nodejs", options: { typescript: false } };
  return {
    "Pulumi.yaml": stringify({ ...PROJECT, runtime, ...(host === "plugin" && { plugins: { providers: [PLUGIN] } }) }),
    "package.json": json(description),
    "index.ts": labelled(typescriptProgram(resources, host, HEAD), "//", labels),
  };
}

/** JSON as files have it. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/**
 * Writes files into a folder, which is made where there is none.
 * @throws UserError before anything is written, where one of them is there already and `force` is not set
 */
export async function writeNew(folder: string, files: Files, force: boolean): Promise<void> {
  const names = Object.keys(files);
  const exists = (name: string) =>
    access(join(folder, name)).then(
      () => true,
      () => false,
    );
  const there = await Promise.all(names.map(exists));
  const old = names.filter((_, index) => there[index]);
  if (old.length > 0 && !force) {
    throw new UserError(`writing to ${folder}`, {
      code: "command-failed",
      said: `${old.join(", ")} ${old.length === 1 ? "is" : "are"} there already; no file was written`,
      now: "give another folder with --out, or --force to overwrite.",
    });
  }
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
