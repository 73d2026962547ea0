/** The files that an import writes: a Pulumi project whose program describes the existing links, and its import file. */
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

/** Files of a folder: contents by name. */
export type Files = Record<string, string>;

/** The refresh updates the links' status in the outputs and, after an import, reads the pairing keys. */
const PROJECT = {
  name: "interlink",
  description: "Scaleway InterLinks, imported as they are",
  options: { refresh: "always" },
};

/** The plugin in the npm package, so that the engine need not download it. */
const PLUGIN = { name: "scaleway-interlink", path: "node_modules/pulumi-scaleway-interlink/dist/plugin" };

const HEAD = `Written by \`interlink import\`.
adoptId: if the state is lost, a run finds the link by it and does not order another one.
protect: keeps Pulumi from deleting imported resources. Remove it from a resource before you delete it.`;

/** The files of the program. */
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

/** Formats JSON for a file. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/**
 * Writes files into a folder, and creates the folder if necessary.
 * @throws UserError before it writes anything, if a file exists and `force` is not set
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
      reason: `${old.join(", ")} already ${old.length === 1 ? "exists" : "exist"}; no file was written`,
      remedy: "give another folder with --out, or use --force to overwrite.",
    });
  }
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
