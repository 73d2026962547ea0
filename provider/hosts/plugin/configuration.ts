import { coerce, lt, satisfies } from "semver";
import { UserError } from "../../domain/user-error.ts";
import type { Failure } from "../../resources/contract.ts";
import { type Config, machineSources, readConfig } from "../../run/config.ts";
import type { Properties } from "../calls.ts";

/** Pulumi passes a plugin only the stack configuration of the plugin's own namespace. */
const NAMESPACE = "scaleway-interlink";

/** The keys of the stack configuration and of an explicit provider. */
const CONFIG_KEYS = [
  "secretKey",
  "accessKey",
  "projectId",
  "organizationId",
  "region",
  "apiUrl",
  "profile",
  "liveDiff",
  "ownershipTags",
] as const;

/** Keys that Pulumi adds. */
const PULUMIS_OWN = ["version", "pluginDownloadURL"];

/** The configuration of a provider: its own settings, then the environment, then the profile of the scw CLI. */
export function configurationOf(given: Properties): Config {
  const keys = new Map(Object.entries(given).map(([key, value]) => [`${NAMESPACE}:${key}`, String(value)]));
  return readConfig(machineSources((key) => keys.get(key), NAMESPACE));
}

/**
 * Errors in a provider's configuration that can be found without calling the API. No failure names a property: Pulumi would
 * print its value, which may be a secret key under a misspelt name.
 */
export function configurationFailures(given: Properties): Failure[] {
  const known: readonly string[] = [...CONFIG_KEYS, ...PULUMIS_OWN];
  const unknown = Object.keys(given).filter((key) => !known.includes(key) && !key.startsWith("__"));
  if (unknown.length > 0) {
    const rest = `is not a configuration key of ${NAMESPACE}. Available: ${CONFIG_KEYS.join(", ")}`;
    return unknown.map((key) => ({ property: "", reason: `${key} ${rest}` }));
  }
  try {
    configurationOf(given);
    return [];
  } catch (error) {
    if (error instanceof UserError) return [{ property: "", reason: error.message }];
    throw error;
  }
}

/**
 * Refuses an SDK version that this plugin cannot serve. The engine does not pass the SDK's version to a plugin, but it names the
 * default provider after it (`default_0_1_0`). An explicit provider has a name of the user's own, so its SDK is not checked.
 */
export function versionFailures(urn: string, own: string): Failure[] {
  const [, ...asked] = /::default_(\d+)_(\d+)_(\d+)(?:_|$)/.exec(urn) ?? [];
  const sdk = asked.join(".");
  // A pre-release counts as its release, because the name of the default provider does not tell them apart.
  const plugin = coerce(own);
  if (sdk === "" || plugin === null || satisfies(plugin, `^${sdk}`)) return [];
  const install =
    `install plugin ${sdk}: \`npm install -g pulumi-scaleway-interlink@${sdk}\`, or \`pulumi plugin install resource ` +
    `scaleway-interlink ${sdk} --file <archive>\`.`;
  const mismatch = new UserError("starting the plugin pulumi-resource-scaleway-interlink", {
    code: "plugin-version",
    reason: `the plugin has version ${own}, and the program's SDK has version ${sdk}`,
    remedy: lt(plugin, sdk)
      ? install
      : `update the program's SDK to ${own} (npm, or \`pulumi package add\`), or ${install}`,
  });
  return [{ property: "", reason: mismatch.message }];
}

/** Keys whose values differ. No key replaces the provider, since that would replace all of its resources. */
export const configurationChanges = (old: Properties, given: Properties): string[] =>
  CONFIG_KEYS.filter((key) => String(old[key] ?? "") !== String(given[key] ?? ""));
