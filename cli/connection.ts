import { type Command, InvalidArgumentError, Option } from "commander";
import type { Api } from "../provider/api/client.ts";
import { systemClock } from "../provider/api/clock.ts";
import { isRegion, KNOWN_REGIONS, type Region } from "../provider/domain/region.ts";
import { projectId } from "../provider/resources/inputs.ts";
import { type ConfigSources, machineSources, readConfig } from "../provider/run/config.ts";
import { connectBy } from "../provider/run/connection.ts";
import { Context } from "../provider/run/context.ts";
import { readStackConfig } from "./stack-config.ts";

/** Options of every command that asks the API. */
export interface ConnectionOptions {
  region?: Region;
  /** A project's UUID. */
  project?: string;
  /** A profile of the scw CLI's config file. */
  profile?: string;
  /** A stack whose configuration comes before the environment. */
  stack?: string;
  /** The folder of the stack's program. */
  cwd?: string;
}

/** The part of a help text that says where settings come from. */
export const CONNECTION_HELP = `
Settings: --stack reads scaleway:secretKey, projectId, region, apiUrl and profile of a stack (with the Pulumi CLI, which
needs the stack's passphrase as always). Then the environment: SCW_SECRET_KEY, SCW_DEFAULT_PROJECT_ID,
SCW_DEFAULT_REGION, SCW_API_URL, SCW_PROFILE. Then the config file of the scw CLI. The API key needs to read only: permission sets InterlinkReadOnly and VPCReadOnly.`;

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
    .option("--cwd <folder>", "folder of that stack's program (default: this one)");
}

/**
 * Connects to the API. Options come first, then the stack's configuration, the environment, the scw CLI's config file.
 * `around` sees each call that is sent.
 * @throws UserError that names all settings that are missing
 */
export async function openConnection(options: ConnectionOptions, around?: (api: Api) => Api): Promise<Context> {
  const config = readConfig(await settings(options));
  config.requireAccess();
  const api = connectBy(config, { log: (line) => console.error(line), ...(around && { around }) });
  const warn = (text: string) => console.error(`warning: ${text}`);
  return new Context({
    api,
    clock: systemClock,
    config,
    log: { info: () => {}, progress: () => {}, warn, error: warn },
  });
}

async function settings({ stack, cwd, ...options }: ConnectionOptions): Promise<ConfigSources> {
  const given = Object.entries({
    "scaleway:region": options.region,
    "scaleway:projectId": options.project,
    "scaleway:profile": options.profile,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (stack === undefined) {
    const sources = machineSources(undefined);
    const env = given.map(([key, value]) => [ENVIRONMENT[key as keyof typeof ENVIRONMENT], value]);
    return { ...sources, env: { ...sources.env, ...Object.fromEntries(env) } };
  }
  const values = new Map([...(await readStackConfig({ stack, ...(cwd !== undefined && { cwd }) })), ...given]);
  return machineSources((key) => values.get(key));
}

const ENVIRONMENT = {
  "scaleway:region": "SCW_DEFAULT_REGION",
  "scaleway:projectId": "SCW_DEFAULT_PROJECT_ID",
  "scaleway:profile": "SCW_PROFILE",
} as const;

/** Regions that this version does not know are taken too. */
function region(text: string): string {
  if (isRegion(text)) return text;
  throw new InvalidArgumentError(`Give a region, such as ${KNOWN_REGIONS.join(", ")}.`);
}

function project(text: string): string {
  if (projectId.safeParse(text).success) return text.toLowerCase();
  throw new InvalidArgumentError("Give the UUID of a project.");
}
