import { UserError } from "../../domain/user-error.ts";
import type { Failure } from "../../resources/contract.ts";
import { type Config, machineSources, readConfig } from "../../run/config.ts";
import type { Properties } from "../calls.ts";

/** Pulumi gives a plugin the stack configuration of its own name, and no other. */
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

/** What Pulumi itself puts beside them. */
const PULUMIS_OWN = ["version", "pluginDownloadURL"];

/** The configuration that a provider was given, then the environment, then the profile of the scw CLI. */
export function configurationOf(given: Properties): Config {
  const keys = new Map(Object.entries(given).map(([key, value]) => [`${NAMESPACE}:${key}`, String(value)]));
  return readConfig(machineSources((key) => keys.get(key), NAMESPACE));
}

/**
 * What is wrong with it, as far as one can see before the API is asked. No failure has a property: Pulumi would print its
 * value, which may be a key under a misspelt name.
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
 * The version of the SDK that a program uses, where it is not one that this plugin can serve. The engine gives a plugin no
 * such version, but names the default provider after it (`default_0_1_0`). Explicit providers have names of the user's own.
 */
export function versionFailures(urn: string, own: string): Failure[] {
  const [, ...asked] = /::default_(\d+)_(\d+)_(\d+)(?:_|$)/.exec(urn) ?? [];
  const sdk = asked.join(".");
  if (sdk === "" || serves(numbersOf(own), numbersOf(sdk))) return [];
  const mismatch = new UserError("starting the plugin pulumi-resource-scaleway-interlink", {
    code: "plugin-version",
    said: `the plugin has version ${own}, and the program's SDK has version ${sdk}`,
    now: `run \`pulumi plugin install resource scaleway-interlink ${sdk}\`; where the plugin comes from PATH or from \`plugins\` in Pulumi.yaml, replace it there by version ${sdk}.`,
  });
  return [{ property: "", reason: mismatch.message }];
}

type Numbers = readonly [major: number, minor: number, patch: number];

const numbersOf = (version: string): Numbers => {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.+-]/).map(Number);
  return [major, minor, patch];
};

/** Whether a plugin has all that an SDK asks for: it is as new, and no major version, or minor one of 0.x, lies between. */
const serves = ([major, minor, patch]: Numbers, [sdkMajor, sdkMinor, sdkPatch]: Numbers): boolean =>
  major === sdkMajor &&
  (major === 0 ? minor === sdkMinor : minor >= sdkMinor) &&
  (minor > sdkMinor || patch >= sdkPatch);

/** Keys whose values differ. None replaces a provider, which would replace all of its resources. */
export const configurationChanges = (old: Properties, given: Properties): string[] =>
  CONFIG_KEYS.filter((key) => String(old[key] ?? "") !== String(given[key] ?? ""));
