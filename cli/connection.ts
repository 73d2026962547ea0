import { type Command, InvalidArgumentError, Option } from "commander";
import { systemClock } from "../provider/api/clock.ts";
import { REGIONS, type Region } from "../provider/domain/region.ts";
import { projectId } from "../provider/resources/inputs.ts";
import { machineSources, readConfig } from "../provider/run/config.ts";
import { connectBy } from "../provider/run/connection.ts";
import { Context } from "../provider/run/context.ts";

/** Options of every command that asks the API. */
export interface ConnectionOptions {
  region?: Region;
  /** A project's UUID. */
  project?: string;
  /** A profile of the scw CLI's config file. */
  profile?: string;
}

/** The part of a help text that says where settings come from. */
export const CONNECTION_HELP = `
Environment: SCW_SECRET_KEY, SCW_DEFAULT_PROJECT_ID, SCW_DEFAULT_REGION, SCW_API_URL, SCW_PROFILE; else the config file
of the scw CLI. The API key needs to read only: permission sets InterlinkReadOnly and VPCReadOnly.`;

/** Adds the options to a command. */
export function connectionOptions(command: Command): Command {
  return command
    .addOption(new Option("--region <region>", "region (default: as configured, else fr-par)").choices(REGIONS))
    .option("--project <id>", "project (default: as configured)", project)
    .option("--profile <name>", "profile of the scw CLI's config file");
}

/** Connects to the API, as the options say, else the environment and the scw CLI's config file. */
export function openConnection(options: ConnectionOptions): Context {
  const sources = machineSources(undefined);
  const config = readConfig({
    ...sources,
    env: {
      ...sources.env,
      ...(options.region && { SCW_DEFAULT_REGION: options.region }),
      ...(options.project && { SCW_DEFAULT_PROJECT_ID: options.project }),
      ...(options.profile && { SCW_PROFILE: options.profile }),
    },
  });
  const api = connectBy(config, { log: (line) => console.error(line) });
  const warn = (text: string) => console.error(`warning: ${text}`);
  return new Context({
    api,
    clock: systemClock,
    config,
    log: { info: () => {}, progress: () => {}, warn, error: warn },
  });
}

function project(text: string): string {
  if (projectId.safeParse(text).success) return text.toLowerCase();
  throw new InvalidArgumentError("Give the UUID of a project.");
}
