/** `interlink import`: writes a program and an import file for existing links. It only reads from the API. */
import { Command, Option } from "commander";
import { connectionHelp, connectionOptions } from "./connection-options.ts";
import type { Options } from "./import/run.ts";

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
${connectionHelp()}

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
    .action(async (options: Options) => (await import("./import/run.ts")).importLinks(options));
}
