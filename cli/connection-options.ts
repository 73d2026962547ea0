/** Options of every command that calls the API. It does not load the API client: help and invalid options need none. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { isRegion, KNOWN_REGIONS, type Region } from "../provider/domain/region.ts";
import { UUID } from "../provider/domain/uuid.ts";

/** Options of every command that calls the API. */
export interface ConnectionOptions {
  region?: Region;
  /** UUID of the project. */
  project?: string;
  /** A profile of the scw CLI's config file. */
  profile?: string;
  /** A stack whose configuration takes precedence over the environment. */
  stack?: string;
  /** The folder of the stack's program. */
  cwd?: string;
}

/** The part of a help text that explains where settings come from, and what the API key must be allowed to do. */
export const connectionHelp = (
  rights = "A read-only API key is enough: permission sets InterlinkReadOnly and VPCReadOnly.",
) => `
Settings, in order of precedence: with --stack, scaleway:secretKey, projectId, region, apiUrl and profile of that stack, or the
same keys under scaleway-interlink: if it uses the plugin (read with the Pulumi CLI, which needs the stack's passphrase); the
environment (SCW_SECRET_KEY, SCW_DEFAULT_PROJECT_ID, SCW_DEFAULT_REGION, SCW_API_URL, SCW_PROFILE); the config file of the scw CLI.
${rights}`;

/** Adds the options to a command. */
export function connectionOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--region <region>", "region (default: as configured, else fr-par)")
        .choices(KNOWN_REGIONS)
        .argParser(region),
    )
    .option("--project <id>", "project (default: as configured)", project)
    .option("--profile <name>", "profile of the scw CLI's config file")
    .option("--stack <name>", "stack whose configuration has the settings")
    .option("--cwd <folder>", "folder of the stack's program (default: current folder)");
}

/** Accepts new regions too, which this version does not know. */
function region(text: string): string {
  if (isRegion(text)) return text;
  throw new InvalidArgumentError(`Give a region, such as ${KNOWN_REGIONS.join(", ")}.`);
}

function project(text: string): string {
  if (UUID_TEXT.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError("Give the UUID of a project.");
}

const UUID_TEXT = new RegExp(`^${UUID}$`);
