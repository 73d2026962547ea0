/** Runs `interlink import`. Loaded only when the command runs, so that help stays fast. */
import type { Host } from "../../provider/domain/resource-type.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { regionOf } from "../../provider/resources/inputs.ts";
import { explain } from "../../provider/run/explain.ts";
import { openConnection } from "../connection.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import { readDocument } from "./document.ts";
import { findNetwork } from "./find.ts";
import type { RecordedNetwork } from "./found.ts";
import { importFile } from "./import-file.ts";
import { labelsOf } from "./labels.ts";
import { nextSteps } from "./next-steps.ts";
import { planImport } from "./plan.ts";
import { IMPORT_FILE, json, type Language, projectFiles, writeNew } from "./project.ts";
import { pulumiverseNetwork } from "./pulumiverse.ts";
import { terraformNetwork } from "./terraform.ts";

/** The options of the command. */
export interface Options extends ConnectionOptions {
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

/** Runs the command. */
export async function importLinks({
  link,
  tag,
  from,
  separate,
  language,
  out,
  force,
  ...options
}: Options): Promise<void> {
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

const refusal = (reason: string, remedy: string) => new UserError(DOING, { code: "command-failed", reason, remedy });
