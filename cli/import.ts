/** `interlink import`: a program and an import file for links that exist. Reads only: what it writes are files. */
import { Command, Option } from "commander";
import { CONNECTION_HELP, connectionOptions } from "./connection-options.ts";
import type { Options } from "./import/run.ts";

const HELP = `
Takes over what exists: made in the console, by Terraform, or by @pulumiverse/scaleway. It reads the links with their VPC,
routing policies and route propagation, and writes a Pulumi project that describes them as they are, with a file for
\`pulumi import\` (Pulumi 3.254 or later). It changes nothing: after the import a preview is empty. Its last lines say what to
do next.

Two links on one VPC, at two PoPs and with the same routing policies, become one RedundantInterLink.

A link or policy whose tag names another owner is left out, unless --from names that owner. The first \`pulumi up\` then
writes this stack's tag, and the other stack's state is superseded: it no longer changes or deletes the link.

--terraform and --pulumiverse import what that state manages, as it is at Scaleway now. Such a state holds pairing keys: with
- it is read from standard input and never becomes a file.
${CONNECTION_HELP}

Exit codes: 0 written; 1 failed, and nothing was written.

Examples:
  interlink import --tag production --out lines
  interlink import --link paris-th2 --link paris-dc3
  interlink import --from network/old --language yaml
  terraform state pull | interlink import --terraform -
  pulumi stack export | interlink import --pulumiverse -`;

const collected = (value: string, before: string[]): string[] => [...before, value];

/** Makes the command. */
export function importCommand(): Command {
  return connectionOptions(new Command("import").description("write a program and an import file for what exists"))
    .option("--link <link>", "this link: an id, a regional id (fr-par/UUID) or a name; may be repeated", collected, [])
    .option("--tag <tag>", "links with this tag; may be repeated: with one of them", collected, [])
    .option("--terraform <file>", "what a Terraform state manages (`terraform state pull`); - for standard input")
    .option("--pulumiverse <file>", "what a stack of @pulumiverse/scaleway manages (`pulumi stack export`)")
    .option("--from <owner>", "also what this owner has: <project>/<stack>, or one resource of it", collected, [])
    .option("--separate", "two links on one VPC stay two InterLinks", false)
    .addOption(new Option("--language <language>").choices(["typescript", "yaml"]).default("typescript"))
    .addOption(
      new Option("--host <host>", "provider (default: dynamic for TypeScript, plugin for YAML)").choices([
        "dynamic",
        "plugin",
      ]),
    )
    .option("--out <folder>", "where the files are written", "interlink-import")
    .option("--force", "overwrite files that are there", false)
    .addHelpText("after", HELP)
    .action(async (options: Options) => (await import("./import/run.ts")).importLinks(options));
}
