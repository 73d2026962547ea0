/** `interlink import`: writes a program and an import file for existing links. It only reads from the API. */
import { Command, Option } from "commander";
import type { Host } from "../provider/domain/resource-type.ts";
import { UserError } from "../provider/domain/user-error.ts";
import { regionOf } from "../provider/resources/inputs.ts";
import { explain } from "../provider/run/explain.ts";
import { openConnection } from "./connection.ts";
import { CONNECTION_HELP, type ConnectionOptions, connectionOptions } from "./connection-options.ts";
import { readDocument } from "./import/document.ts";
import { findNetwork } from "./import/find.ts";
import type { RecordedNetwork } from "./import/found.ts";
import { importFile } from "./import/import-file.ts";
import { labelsOf } from "./import/labels.ts";
import { nextSteps } from "./import/next-steps.ts";
import { planImport } from "./import/plan.ts";
import { IMPORT_FILE, json, type Language, projectFiles, writeNew } from "./import/project.ts";
import { pulumiverseNetwork } from "./import/pulumiverse.ts";
import { terraformNetwork } from "./import/terraform.ts";

interface Options extends ConnectionOptions {
  link: string[];
  tag: string[];
  from: string[];
  terraform?: string;
  pulumiverse?: string;
  separate: boolean;
  language: Language;
  host?: Host;
  out: string;
  force: boolean;
}

const DOING = "importing InterLinks";

const HELP = `
Brings existing links into a Pulumi stack, whether they were made in the console, with Terraform, or with @pulumiverse/scaleway.
It reads the links with their VPC, routing policies and route propagation, and writes a Pulumi project that describes their
current state, with a file for \`pulumi import\` (Pulumi 3.254 or later). It changes nothing: after the import, a preview shows
no changes. The last lines of its output are the next steps.

Two links on one VPC, at two PoPs and with the same routing policies, become one RedundantInterLink.

A link or policy with the tag of another owner is skipped, unless --from names that owner. The first \`pulumi up\` then writes
this stack's tag. From then on, the other stack's state is superseded: it can no longer change or delete the link.

--terraform and --pulumiverse import what that state manages, in its current state at Scaleway. Such a state contains pairing
keys. Use - to read it from standard input, without a file.
${CONNECTION_HELP}

Exit codes: 0 written; 1 failed, no file was written.

Examples:
  interlink import --tag production --out lines
  interlink import --link paris-th2 --link paris-dc3
  interlink import --from network/old --language yaml
  terraform state pull | interlink import --terraform -
  pulumi stack export | interlink import --pulumiverse -`;

const collected = (value: string, before: string[]): string[] => [...before, value];

/** Creates the command. */
export function importCommand(): Command {
  return connectionOptions(new Command("import").description("write a program and an import file for existing links"))
    .option("--link <link>", "this link: an id, a regional id (fr-par/UUID) or a name; repeatable", collected, [])
    .option("--tag <tag>", "links with this tag; repeatable (a link needs one of the tags)", collected, [])
    .option("--terraform <file>", "links that a Terraform state manages (`terraform state pull`); - for standard input")
    .option("--pulumiverse <file>", "links that a stack of @pulumiverse/scaleway manages (`pulumi stack export`)")
    .option("--from <owner>", "also links of this owner: <project>/<stack>, or one resource of it", collected, [])
    .option("--separate", "import two links on one VPC as two InterLinks", false)
    .addOption(new Option("--language <language>").choices(["typescript", "yaml"]).default("typescript"))
    .addOption(
      new Option("--host <host>", "provider (default: dynamic for TypeScript, plugin for YAML)").choices([
        "dynamic",
        "plugin",
      ]),
    )
    .option("--out <folder>", "folder for the files", "interlink-import")
    .option("--force", "overwrite existing files", false)
    .addHelpText("after", HELP)
    .action(importLinks);
}

async function importLinks({ link, tag, from, separate, language, out, force, ...options }: Options): Promise<void> {
  const host = hostOf(language, options.host);
  const recorded = await recordedNetwork(options);
  const context = await openConnection(options);
  const region = regionOf(context, options);
  try {
    const selection = { region, links: link, tags: tag, from, ...(recorded && { recorded }) };
    const found = await findNetwork(context, selection);
    const { resources, notes } = planImport(found, { separate });
    const program = projectFiles(resources, { language, host }, await labelsOf(context, found));
    const files = { ...program, [IMPORT_FILE]: json(await importFile(context, resources, host)) };
    await writeNew(out, files, force);
    for (const note of notes) console.error(`warning: ${note}`);
    console.log(nextSteps({ folder: out, files, language, resources, ...(recorded && { recorded }) }));
  } catch (error) {
    throw explain(DOING, error);
  }
}

function hostOf(language: Language, host: Host | undefined): Host {
  if (language === "yaml" && host === "dynamic") {
    throw refusal("dynamic providers work with TypeScript programs only", "omit --host, or use --language typescript.");
  }
  return host ?? (language === "yaml" ? "plugin" : "dynamic");
}

async function recordedNetwork({ terraform, pulumiverse }: Partial<Options>): Promise<RecordedNetwork | undefined> {
  if (terraform !== undefined && pulumiverse !== undefined) {
    throw refusal(
      "--terraform and --pulumiverse cannot be combined",
      "import one after the other, into different folders.",
    );
  }
  if (terraform !== undefined) return terraformNetwork(await readDocument(terraform, "a Terraform state"));
  if (pulumiverse === undefined) return undefined;
  return pulumiverseNetwork(await readDocument(pulumiverse, "an exported stack"));
}

const refusal = (said: string, now: string) => new UserError(DOING, { code: "command-failed", said, now });
