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
  const given = { region: options.region, projectId: options.project, profile: options.profile };
  if (stack === undefined) {
    const sources = machineSources(undefined);
    const env = {
      SCW_DEFAULT_REGION: given.region,
      SCW_DEFAULT_PROJECT_ID: given.projectId,
      SCW_PROFILE: given.profile,
    };
    return { ...sources, env: { ...sources.env, ...defined(env) } };
  }
  const values = await readStackConfig({ stack, ...(cwd !== undefined && { cwd }) });
  const namespace = namespaceOf(values);
  for (const [key, value] of Object.entries(defined(given))) values.set(`${namespace}:${key}`, value);
  return machineSources((key) => values.get(key), namespace);
}

/**
 * The namespace that the stack's runs read: Pulumi gives the plugin its own one only. It counts if it has the key or the project, or
 * if the other one has neither: a stack that went back to the dynamic provider may have a setting of the plugin left.
 */
function namespaceOf(values: Map<string, string>): "scaleway" | "scaleway-interlink" {
  const hasAccess = (namespace: string) => ["secretKey", "projectId"].some((key) => values.has(`${namespace}:${key}`));
  const hasOwn = [...values.keys()].some((key) => key.startsWith("scaleway-interlink:"));
  return hasOwn && (hasAccess("scaleway-interlink") || !hasAccess("scaleway")) ? "scaleway-interlink" : "scaleway";
}

const defined = (values: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
