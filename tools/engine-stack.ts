/** A Pulumi stack that the real engine runs, isolated from the user's own stacks and settings. */
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ConfigMap, LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import { enginePath, pulumiCli, repoRoot } from "./pulumi-cli.ts";
import { runCommand } from "./run-command.ts";

// Pulumi never closes the channels to the engine of an inline program, and gRPC shares connections by address within a
// process. An engine that gets the port of an earlier one would use the dead connection of that one, and its run would end
// with "14 UNAVAILABLE: No connection established" before the first resource. One pool per channel prevents this. The
// options are Pulumi's own object, which its types leave out.
const settings: { grpcClientOptions: object } = createRequire(import.meta.url)("@pulumi/pulumi/runtime/settings.js");
Object.assign(settings.grpcClientOptions, { "grpc.use_local_subchannel_pool": 1 });

/** Our plugin, for programs that use it. It is named in the project, because the engine warns about plugins on PATH. */
const PLUGIN = { name: "scaleway-interlink", path: join(repoRoot, "dist", "plugin") };

/** Options of {@link engineStack}. */
export interface EngineStackOptions {
  /** The program, run in this process. It may import from `examples/`. */
  program: PulumiFn;
  /**
   * A project's folder in this repository. It is copied, and its program runs instead of `program`, by the language host of
   * its runtime or by a driver of the caller.
   */
  project?: string;
  /** @default "interlink" */
  projectName?: string;
  /** Must be unique among stacks that run at once, because `killEngine` finds runs by it. @default "dev" */
  stackName?: string;
  /**
   * The folder with the state. Pass the `folder` of an earlier stack to resume it, for example after a kill or with another
   * program; `remove` then does not delete it.
   * @default a new temporary folder
   */
  folder?: string;
  /** The plugin's working directory, from whose node_modules it loads packages. @default this repository */
  packagesFrom?: string;
  /** Use the plugin of this checkout. False: it has to be installed. @default true */
  ownPlugin?: boolean;
  /** Environment of the engine and the plugin. They do not inherit the caller's `PULUMI_…` and `SCW_…` variables. */
  env?: Record<string, string>;
  /** Stack configuration, as in `{ "scaleway:region": { value: "fr-par" } }`. */
  config?: ConfigMap;
}

/** A stack and its folder. */
export interface EngineStack {
  /** Pulumi's stack: `up`, `preview`, `refresh`, `destroy`, `outputs`, `exportStack`, `cancel`, … */
  stack: Stack;
  folder: string;
  /** Removes the temporary folder. Destroy the stack first: this does not delete its resources. */
  remove(): Promise<void>;
}

/** Creates a stack, or selects it if `folder` already contains it. Fetches the Pulumi CLI if there is none. */
export async function engineStack(options: EngineStackOptions): Promise<EngineStack> {
  const { program, projectName = "interlink", stackName = "dev", packagesFrom = repoRoot, ownPlugin = true } = options;
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "interlink-stack-")));
  const workDir = join(folder, "project");
  const state = join(folder, "state");
  await Promise.all([workDir, state].map((path) => mkdir(path, { recursive: true })));
  const settings = {
    pulumiCommand: await pulumiCli(),
    pulumiHome: join(folder, "home"),
    envVars: {
      ...withoutUserSettings(),
      PATH: enginePath(),
      PULUMI_BACKEND_URL: pathToFileURL(state).href,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...options.env,
    },
  };
  if (options.project) await cp(join(repoRoot, options.project), workDir, { recursive: true });
  // The engine uses `main` as the plugin's working directory. Pulumi's types lack `plugins`.
  const projectSettings = {
    ...{ name: projectName, runtime: "nodejs" as const, main: packagesFrom },
    ...(ownPlugin && { plugins: { providers: [PLUGIN] } }),
  };
  const stack = await (options.project
    ? LocalWorkspace.createOrSelectStack({ stackName, workDir }, settings)
    : LocalWorkspace.createOrSelectStack(
        { projectName, stackName, program },
        { ...settings, workDir, projectSettings },
      ));
  if (options.project) await installPlugin(stack);
  if (options.config) await stack.setAllConfig(options.config);
  return {
    stack,
    folder,
    remove: async () => {
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Installs our plugin as a user of another language does. */
async function installPlugin({ workspace }: Stack): Promise<void> {
  const { pulumiCommand, pulumiHome = "", workDir, envVars } = workspace;
  const { version } = JSON.parse(await readFile(join(repoRoot, "package.json"), "utf8"));
  const install = ["plugin", "install", "resource", PLUGIN.name, version, "--file", PLUGIN.path];
  await runCommand(pulumiCommand.command, install, { cwd: workDir, env: { ...envVars, PULUMI_HOME: pulumiHome } });
}

/** The names of this process's variables that configure Pulumi or Scaleway. */
export function userSettings(): string[] {
  return Object.keys(process.env).filter((name) => /^(PULUMI|SCW)_/.test(name));
}

/** Unsets these variables for a child process, which inherits the rest of this process's environment. */
function withoutUserSettings(): Record<string, string> {
  // Node omits a variable that is undefined, which the Automation API's types do not know.
  return Object.fromEntries(userSettings().map((name) => [name, undefined as unknown as string]));
}
