/** A Pulumi stack of an inline program, run by the real engine, that touches nothing of the user's own. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ConfigMap, LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import { enginePath, pulumiCli, repoRoot } from "./pulumi-cli.ts";

// Pulumi leaves the channels to the engine of an inline program open, and gRPC shares connections by address over a
// process: an engine that gets the port of an earlier one would be spoken to over that one's dead connection, and its
// run end with "14 UNAVAILABLE: No connection established" before the first resource. A pool for each channel keeps
// them apart. The options are Pulumi's own object, which its types leave out.
const settings: { grpcClientOptions: object } = createRequire(import.meta.url)("@pulumi/pulumi/runtime/settings.js");
Object.assign(settings.grpcClientOptions, { "grpc.use_local_subchannel_pool": 1 });

/** Our plugin, for programs that choose it: named in the project, it needs no folder of PATH, of which the engine warns. */
const PLUGIN = { name: "scaleway-interlink", path: join(repoRoot, "dist", "plugin") };

/** What a stack is made of. */
export interface EngineStackOptions {
  /** The program, run in this process. It may import from `examples/`. */
  program: PulumiFn;
  /** @default "interlink" */
  projectName?: string;
  /** Name it apart where several run at once: `killEngine` tells runs by it. @default "dev" */
  stackName?: string;
  /**
   * Holds the state, so give the `folder` of an earlier stack to resume it (after a kill, say, or with another
   * program). `remove` then leaves it alone.
   * @default a new temporary folder
   */
  folder?: string;
  /** Where the plugin process runs, so whose node_modules it loads packages from. @default this repository */
  packagesFrom?: string;
  /** For the engine and the plugin. They see no `PULUMI_…` and `SCW_…` variables of the caller but these. */
  env?: Record<string, string>;
  /** Stack configuration, as in `{ "scaleway:region": { value: "fr-par" } }`. */
  config?: ConfigMap;
}

/** A stack, and where it lives. */
export interface EngineStack {
  /** Pulumi's own: `up`, `preview`, `refresh`, `destroy`, `outputs`, `exportStack`, `cancel`, … */
  stack: Stack;
  folder: string;
  /** Removes the temporary folder. Destroy the stack first: no cloud is told. */
  remove(): Promise<void>;
}

/** Makes a stack, or selects it where `folder` has it already. Fetches the CLI first where there is none. */
export async function engineStack(options: EngineStackOptions): Promise<EngineStack> {
  const { program, projectName = "interlink", stackName = "dev", packagesFrom = repoRoot } = options;
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "interlink-stack-")));
  const workDir = join(folder, "project");
  const state = join(folder, "state");
  await Promise.all([workDir, state].map((path) => mkdir(path, { recursive: true })));
  // `main` is what the engine takes for the plugin's working directory. The types do not know `plugins`.
  const projectSettings = {
    ...{ name: projectName, runtime: "nodejs" as const, main: packagesFrom },
    plugins: { providers: [PLUGIN] },
  };
  const stack = await LocalWorkspace.createOrSelectStack(
    { projectName, stackName, program },
    {
      pulumiCommand: await pulumiCli(),
      workDir,
      pulumiHome: join(folder, "home"),
      projectSettings,
      envVars: {
        ...withoutUserSettings(),
        PATH: enginePath(),
        PULUMI_BACKEND_URL: pathToFileURL(state).href,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        ...options.env,
      },
    },
  );
  if (options.config) await stack.setAllConfig(options.config);
  return {
    stack,
    folder,
    remove: async () => {
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The names of this process's variables with which its user steers Pulumi or Scaleway. */
export function userSettings(): string[] {
  return Object.keys(process.env).filter((name) => /^(PULUMI|SCW)_/.test(name));
}

/** Unsets them for a child, whose environment is this process's with these over it. */
function withoutUserSettings(): Record<string, string> {
  // Node leaves out a variable that is undefined. The Automation API's types don't know that.
  return Object.fromEntries(userSettings().map((name) => [name, undefined as unknown as string]));
}
