/** A deployment: a simulated Scaleway, a stack of the real engine, and a program that a test can change between runs. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConfigMap, EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import type { Simulator, SimulatorOptions } from "../../simulator/index.ts";
import { startSimulator } from "../../simulator/index.ts";
import { engineStack } from "../../tools/engine-stack.ts";
import { COMPILE_CACHE } from "../cli.ts";
import { SECRET_KEY } from "../world.ts";
import { hostConfig } from "./host.ts";

/** A partner that accepts, provisions and deletes its side without delay. */
export const INSTANT = { acceptAfterSeconds: 0, provisionAfterSeconds: 0, deprovisionAfterSeconds: 0 };

/** A program. It returns the stack's outputs. */
export type Program = () => unknown;

/** The changes of an engine run, and its output. */
export interface Run {
  /** The change of each resource that changes, such as `{ "InterLink link": "update" }`. */
  changes: Record<string, Change>;
  /** Everything that the CLI wrote to both streams. */
  output: string;
}
export type Change = "create" | "update" | "replace" | "delete" | "read";

export interface DeploymentOptions {
  simulator?: SimulatorOptions;
  /** Another deployment's simulator. `end` does not stop it. */
  shared?: Simulator;
  program?: Program;
  projectName?: string;
  stackName?: string;
  folder?: string;
  packagesFrom?: string;
  ownPlugin?: boolean;
  /** A project's folder in this repository; its program runs instead ({@link EngineStackOptions.project}). */
  project?: string;
  /** Runs the operations instead of Node.js's Automation API. */
  runner?: Runner;
  /** Overrides the variables that point the provider to the simulator. An empty string unsets one. */
  env?: Record<string, string>;
  config?: ConfigMap;
}

/** Starts a deployment. Call `end` in `afterAll`; it does not destroy the stack. */
export async function deployment(options: DeploymentOptions = {}) {
  const simulator = options.shared ?? (await startSimulator({ partner: INSTANT, ...options.simulator }));
  let program: Program = options.program ?? (() => {});
  const { stack, folder, remove } = await engineStack({
    program: async () => ((await program()) ?? {}) as Record<string, unknown>,
    env: {
      SCW_API_URL: simulator.url,
      SCW_SECRET_KEY: SECRET_KEY,
      SCW_DEFAULT_PROJECT_ID: simulator.projectId,
      // The developer's own configuration file must not be read.
      SCW_CONFIG_PATH: "/dev/null",
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...options.env,
    },
    ...(options.config && { config: hostConfig(options.config) }),
    ...(options.projectName && { projectName: options.projectName }),
    ...(options.stackName && { stackName: options.stackName }),
    ...(options.folder && { folder: options.folder }),
    ...(options.ownPlugin !== undefined && { ownPlugin: options.ownPlugin }),
    ...(options.packagesFrom && { packagesFrom: options.packagesFrom }),
    ...(options.project && { project: options.project }),
  });
  const outputs = stack.outputs.bind(stack);
  // After each run the Automation API reads the outputs twice and the history, which would take a third of the time of these
  // tests. Tests read the outputs themselves.
  Object.assign(stack, { outputs: async () => ({}), info: async () => undefined });
  const runs: string[] = [];
  const { runner = once } = options;
  const run = async (operation: Operation, settings: object = {}) => {
    const result = await runner(stack, operation, settings);
    const { error } = result;
    runs.push(result.output, error instanceof Error ? `${error.message}\n${error.stack}` : "");
    return result;
  };
  const good = async (operation: Operation, settings?: object): Promise<Run> => {
    const { error, ...result } = await run(operation, settings);
    if (error) {
      // The CLI's output may not contain the reason: the program or the Automation API can fail outside it.
      const reason = error instanceof Error ? error.stack : String(error);
      throw new Error(`pulumi ${operation} failed: ${reason}\nOutput:\n${result.output}`);
    }
    return result;
  };
  const bad = async (operation: Operation, settings?: object): Promise<Run> => {
    const { error, ...result } = await run(operation, settings);
    if (!error) throw new Error(`pulumi ${operation} should have failed. Output:\n${result.output}`);
    return result;
  };
  /** Everything that the runs wrote: all files in the stack's folder, and all output. */
  const texts = async () => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const read = files.map(async (where) => ({ where, text: await readFile(where, "latin1") }));
    return [...(await Promise.all(read)), { where: "output", text: runs.join("\n") }];
  };
  return {
    simulator,
    control: simulator.control,
    stack,
    folder,
    /** The output and the errors of all runs so far. */
    allOutput: () => runs.join("\n"),
    /** Replaces the program for the next runs. */
    program(next: Program) {
      program = next;
    },
    up: (settings?: object) => good("up", settings),
    preview: (settings?: object) => good("preview", settings),
    refresh: () => good("refresh"),
    destroy: (settings?: object) => good("destroy", settings),
    upFails: () => bad("up"),
    previewFails: () => bad("preview"),
    refreshFails: () => bad("refresh"),
    destroyFails: () => bad("destroy"),
    /** A run that may succeed or fail. */
    attempt: (operation: Operation, settings?: object) => run(operation, settings),
    stackName: options.stackName ?? "dev",
    /** The stack's outputs, with secrets in plain text. */
    outputs,
    /** The resources as stored in the state file. */
    state: async () => ((await stack.exportStack()).deployment as StoredDeployment).resources ?? [],
    /** The requests of `work` that reached the API, as `METHOD path`. */
    async requestsOf(work: () => Promise<unknown>): Promise<string[]> {
      const before = simulator.control.requests().at(-1)?.n ?? 0;
      await work();
      return simulator.control.requests().flatMap(({ n, method, path }) => (n > before ? [`${method} ${path}`] : []));
    },
    /** Makes a call outside Pulumi, like the console. `path` starts after the region. */
    async outsidePulumi(method: "POST" | "PATCH" | "DELETE", path: string, body: object = {}): Promise<void> {
      const response = await fetch(`${simulator.url}/interlink/v1beta1/regions/fr-par${path}`, {
        method,
        headers: { "x-auth-token": SECRET_KEY, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    },
    /** The link whose name starts with `name`. */
    link(name: string) {
      const link = simulator.control.snapshot().links.find((link) => link.name.startsWith(name));
      if (!link) throw new Error(`no link has a name that starts with ${name}`);
      return link;
    },
    texts,
    /** Ends the deployment. Fails if a key appears in plain text in the state, a log or the output. */
    async end() {
      const keys = [SECRET_KEY, ...simulator.control.snapshot().links.map(({ partner }) => partner?.pairing_key)];
      const leaks = (await texts()).filter(({ text }) => keys.some((key) => key !== undefined && text.includes(key)));
      await remove();
      if (!options.shared) await simulator.stop();
      if (leaks.length > 0) throw new Error(`keys in plain text: ${leaks.map(({ where }) => where).join(", ")}`);
    },
  };
}

export type Deployment = Awaited<ReturnType<typeof deployment>>;
/** An operation on a stack. */
export type Operation = "up" | "preview" | "refresh" | "destroy";

/** Runs an operation and returns its error, if any. Settings are those of the Automation API. */
export type Runner = (stack: Stack, operation: Operation, settings: object) => Promise<Run & { error?: unknown }>;

/** A resource in the state file, reduced to the fields that tests read. */
export interface StoredResource {
  urn: string;
  type: string;
  id?: string;
  external?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}
interface StoredDeployment {
  resources?: StoredResource[];
}

async function once(...[stack, operation, settings]: Parameters<Runner>): ReturnType<Runner> {
  let output = "";
  const changes: Record<string, Change> = {};
  const write = (text: string) => {
    output += text;
  };
  const common = {
    color: "never" as const,
    onOutput: write,
    onError: write,
    onEvent: ({ resourcePreEvent, resOutputsEvent }: EngineEvent) =>
      note(changes, (resourcePreEvent ?? resOutputsEvent)?.metadata),
    ...settings,
  };
  let error: unknown;
  try {
    await stack[operation](common);
  } catch (cause) {
    error = cause;
  }
  return { changes, output, error };
}

/** Records the change that an engine event reports for a resource. The last event wins. */
export function note(
  changes: Record<string, Change>,
  { op, urn, type }: { op?: string; urn?: string; type?: string } = {},
): void {
  if (op === undefined || urn === undefined || type === "pulumi:pulumi:Stack" || type?.startsWith("pulumi:providers:"))
    return;
  const key = `${type?.split(":").at(-1)} ${urn.split("::").at(-1)}`;
  const change = CHANGES[op];
  if (change !== undefined) changes[key] = change;
}

const CHANGES: Record<string, Change | undefined> = {
  create: "create",
  import: "create",
  update: "update",
  delete: "delete",
  read: "read",
  "read-replacement": "replace",
  "create-replacement": "replace",
  replace: "replace",
  "delete-replaced": "replace",
};
