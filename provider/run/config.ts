import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { isLoopback } from "../domain/loopback.ts";
import { isRegion, KNOWN_REGIONS } from "../domain/region.ts";
import { UserError } from "../domain/user-error.ts";
import { UUID } from "../domain/uuid.ts";

/** Sources of a run's settings, injected so that tests need no environment. */
export interface ConfigSources {
  /**
   * Stack configuration, by full key (`scaleway:secretKey`). Values are strings, as `pulumi config set` stores them.
   * Undefined for a command without a stack: its errors then do not mention the stack configuration.
   */
  stack: ((key: string) => string | undefined) | undefined;
  /** Namespace of these keys. Pulumi passes a plugin only its own namespace. Default `scaleway`. */
  namespace?: "scaleway" | "scaleway-interlink";
  env: Readonly<Record<string, string | undefined>>;
  /** The content of a file; undefined if it does not exist. */
  readFile: (path: string) => string | undefined;
  home: string;
}

/** A setting and its source. */
export interface Setting {
  value: string;
  /** `stack config scaleway:region`, `SCW_DEFAULT_REGION`, `profile "p" in /…/config.yaml`. */
  from: string;
}

/** The configuration of a run. */
export interface Config {
  /** The secret key. Throws an error that lists every place where it may be set. */
  secretKey(): string;
  /** The default project of resources. Throws an error that lists every place where it may be set. */
  projectId(): string;
  /** Throws one error if the secret key, the project id or both are not set. */
  requireAccess(): void;
  /** The default region of resources; undefined if it is not set. */
  readonly region: Setting | undefined;
  /** Base URL of the API, without a trailing slash. */
  readonly apiUrl: string;
  /** Whether to log each call (never the key). */
  readonly debug: boolean;
  /** Whether previews read live objects. Default true. */
  readonly liveDiff: boolean;
  /** Whether links and policies get an owner tag. Default true. */
  readonly ownershipTags: boolean;
}

/**
 * The names of each setting in the stack configuration, the environment and Scaleway's config file. Access key and
 * organization are accepted for compatibility with other tools but not used: the API needs only the secret key, and the
 * project determines the organization.
 */
const NAMES = {
  secretKey: { stack: "secretKey", env: "SCW_SECRET_KEY", file: "secret_key" },
  projectId: { stack: "projectId", env: "SCW_DEFAULT_PROJECT_ID", file: "default_project_id" },
  region: { stack: "region", env: "SCW_DEFAULT_REGION", file: "default_region" },
  apiUrl: { stack: "apiUrl", env: "SCW_API_URL", file: "api_url" },
} as const;
type Name = keyof typeof NAMES;
/** Names of the settings without a default, for messages. */
const LABELS = { secretKey: "secret key", projectId: "project id" } as const;
type RequiredName = keyof typeof LABELS;
const REQUIRED = ["secretKey", "projectId"] as const satisfies RequiredName[];

const DEFAULT_API_URL = "https://api.scaleway.com";
// A key without a value is null in YAML; scw treats it as unset.
const profileSchema = z.record(z.string(), z.unknown()).nullable();
const fileSchema = z.looseObject({
  active_profile: z.string().nullish(),
  profiles: z.record(z.string(), profileSchema).nullish(),
});

/**
 * Reads the configuration from the stack configuration, the environment and the profile in Scaleway's config file (by the
 * rules of the scw CLI), in this order, separately for each key.
 */
export function readConfig(sources: ConfigSources = machineSources(undefined)): Config {
  const profile = readProfile(sources);
  const fullKey = fullKeyOf(sources);
  const lookUp = (name: Name): Setting | undefined => {
    const { stack, env, file } = NAMES[name];
    const places: [string | undefined, string][] = [
      [sources.stack?.(fullKey(stack)), `stack config ${fullKey(stack)}`],
      [sources.env[env], env],
      [profile.values[file], profile.from],
    ];
    // A secret that was piped into a variable often ends with a line break.
    const [value, from] = places.map(([value, from]) => [value?.trim(), from] as const).find(([value]) => value) ?? [];
    return value === undefined || from === undefined ? undefined : { value, from };
  };
  const missing = (names: readonly RequiredName[], otherWay = ""): UserError => {
    const all = names.map((name) => ({ name, ...NAMES[name] }));
    const stacks = all.map(({ stack }) => `stack config ${fullKey(stack)}`);
    const files = `${all.map(({ file }) => file).join(", ")} in ${profile.lookedIn}`;
    const places = [...(sources.stack ? stacks : []), ...all.map(({ env }) => env), files];
    const set = all.map(
      ({ name, stack }) => `\`pulumi config set ${name === "secretKey" ? "--secret " : ""}${fullKey(stack)} …\``,
    );
    const exported = `export ${all.map(({ env }) => env).join(" and ")}`;
    return new UserError("reading the Scaleway configuration", {
      code: "config-missing",
      reason: `no ${names.map((name) => LABELS[name]).join(" and no ")} ${names.length > 1 ? "were" : "was"} found. Looked in: ${places.join(", ")}`,
      remedy: sources.stack
        ? `${set.join(" and ")}, or ${exported}.`
        : `${exported}, or create a config file with \`scw init\`${otherWay}.`,
    });
  };
  const uuid = (name: RequiredName): string => {
    const setting = lookUp(name);
    if (setting === undefined) throw missing([name]);
    const { value, from } = setting;
    if (new RegExp(`^${UUID}$`).test(value)) return value;
    // The message does not contain the value, which may be a secret.
    throw new UserError("reading the Scaleway configuration", {
      code: "config-invalid",
      reason: `the ${LABELS[name]} from ${from} is not a UUID`,
      remedy: "copy it again from the console (IAM, API keys; or the project's settings).",
    });
  };
  const flag = (key: string): boolean => sources.stack?.(fullKey(key))?.trim() !== "false";

  return {
    secretKey: () => uuid("secretKey"),
    projectId: () => uuid("projectId"),
    requireAccess: () => {
      const names = REQUIRED.filter((name) => lookUp(name) === undefined);
      if (names.length > 0) throw missing(names, ", or use --stack to read a stack's configuration");
    },
    // A getter, since an invalid default is an error only if a resource uses it.
    get region() {
      return checkedRegion(lookUp("region"));
    },
    apiUrl: checkedUrl(lookUp("apiUrl")),
    debug: ["1", "true"].includes(sources.env.SCW_DEBUG?.trim() ?? ""),
    liveDiff: flag("liveDiff"),
    ownershipTags: flag("ownershipTags"),
  };
}

/** The settings of this machine (environment and files), and the stack configuration from the host. */
export function machineSources(
  stack: ConfigSources["stack"],
  namespace: NonNullable<ConfigSources["namespace"]> = "scaleway",
): ConfigSources {
  return {
    stack,
    namespace,
    env: process.env,
    home: homedir(),
    readFile: (path) => {
      try {
        return readFileSync(path, "utf8");
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        // ENOTDIR: a part of the path is a file, such as a HOME of /dev/null.
        if (code === "ENOENT" || code === "ENOTDIR") return undefined;
        throw new UserError("reading the Scaleway configuration", {
          code: "config-invalid",
          reason: `${path} cannot be read (${code})`,
          remedy: "make it a readable file, or set SCW_CONFIG_PATH to another one.",
          cause,
        });
      }
    },
  };
}

/** The full key of a setting, for `pulumi config set`. */
const fullKeyOf =
  ({ namespace = "scaleway" }: ConfigSources) =>
  (key: string) =>
    `${namespace}:${key}`;

function checkedRegion(setting: Setting | undefined): Setting | undefined {
  if (setting === undefined || isRegion(setting.value)) return setting;
  throw new UserError("reading the Scaleway configuration", {
    code: "config-invalid",
    reason: `the region "${setting.value}" from ${setting.from} is not a valid region`,
    remedy: `use a region such as ${KNOWN_REGIONS.join(", ")}.`,
  });
}

function checkedUrl(setting: Setting | undefined): string {
  if (setting === undefined) return DEFAULT_API_URL;
  const url = URL.parse(setting.value);
  if (url !== null && (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url))) && !url.username) {
    return setting.value.replace(/\/+$/, "");
  }
  throw new UserError("reading the Scaleway configuration", {
    code: "config-invalid",
    reason: `the API URL from ${setting.from} is neither an https URL nor an http URL on this machine`,
    remedy: `use ${DEFAULT_API_URL}, or a simulator such as http://127.0.0.1:4180.`,
  });
}

/** The selected profile of Scaleway's config file: a named profile is merged over the file's top level. */
function readProfile(sources: ConfigSources) {
  const { stack, env, home, readFile } = sources;
  const key = fullKeyOf(sources)("profile");
  const folder = env.XDG_CONFIG_HOME || join(home, ".config");
  const configPath = env.SCW_CONFIG_PATH?.trim();
  const paths = configPath ? [configPath] : [join(folder, "scw", "config.yaml"), join(folder, "scw", "config.yml")];
  const desired = stack?.(key)?.trim() || env.SCW_PROFILE?.trim() || undefined;
  for (const path of paths) {
    const text = readFile(path);
    if (text === undefined) continue;
    const { active_profile: active, profiles, ...top } = parseFile(path, text);
    const name = desired ?? (active || undefined);
    const named = name === undefined || name === "default" ? {} : profiles?.[name];
    if (named === undefined) {
      throw new UserError("reading the Scaleway configuration", {
        code: "config-invalid",
        reason: `${path} has no profile "${name}". Available: ${Object.keys(profiles ?? {}).join(", ") || "none"}`,
        remedy: `correct SCW_PROFILE${stack ? `, ${key}` : ""} or active_profile.`,
      });
    }
    const from = name === undefined ? path : `profile "${name}" in ${path}`;
    return { values: stringsIn({ ...top, ...named }), from, lookedIn: from };
  }
  if (desired !== undefined) {
    throw new UserError("reading the Scaleway configuration", {
      code: "config-invalid",
      reason: `the profile "${desired}" is selected, but there is no config file at ${paths.join(" or ")}`,
      remedy: `create the file with \`scw init\`, or unset SCW_PROFILE and ${key}.`,
    });
  }
  return { values: {} as Record<string, string>, from: "", lookedIn: `${paths.join(" and ")} (no such file)` };
}

function parseFile(path: string, text: string) {
  try {
    return fileSchema.parse(parse(text, { logLevel: "error" }) ?? {});
  } catch (cause) {
    // No `cause` and no warnings: the parser's messages quote lines of the file, which may contain keys.
    throw new UserError("reading the Scaleway configuration", {
      code: "config-invalid",
      reason: `${path} is not a valid scw config file${cause instanceof z.ZodError ? `: ${z.prettifyError(cause)}` : ""}`,
      remedy: "correct it, or create a new one with `scw init`.",
    });
  }
}

const stringsIn = (values: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
