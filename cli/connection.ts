import type { Api } from "../provider/api/client.ts";
import { systemClock } from "../provider/api/clock.ts";
import { type ConfigSources, machineSources, readConfig } from "../provider/run/config.ts";
import { connectBy } from "../provider/run/connection.ts";
import { Context } from "../provider/run/context.ts";
import type { ConnectionOptions } from "./connection-options.ts";
import { readStackConfig } from "./stack-config.ts";

/**
 * Connects to the API. Options take precedence over the stack's configuration, the environment, and the scw CLI's config file.
 * `around` wraps the API client and sees each call.
 * @throws UserError that names all missing settings
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
