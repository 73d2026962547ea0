/** A deployment: a simulated Scaleway, a stack at the real engine, and a program that a test changes as it goes on. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConfigMap, EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import type { Simulator, SimulatorOptions } from "../../simulator/index.ts";
import { startSimulator } from "../../simulator/index.ts";
import { engineStack } from "../../tools/engine-stack.ts";
import { COMPILE_CACHE } from "../cli.ts";
import { SECRET_KEY } from "../world.ts";
import { hostConfig } from "./host.ts";

/** A partner who accepts and provisions while the order is still being answered, and deletes its side as quickly. */
export const INSTANT = { acceptAfterSeconds: 0, provisionAfterSeconds: 0, deprovisionAfterSeconds: 0 };

/** A program: what it returns are the stack's outputs. */
export type Program = () => unknown;

/** What a run of the engine did, and what the user saw of it. */
export interface Run {
  /** What happens to each resource that does not stay as it is, such as `{ "InterLink link": "update" }`. */
  changes: Record<string, Change>;
  /** Everything that the CLI wrote, both streams. */
  output: string;
}
export type Change = "create" | "update" | "replace" | "delete" | "read";

export interface DeploymentOptions {
  simulator?: SimulatorOptions;
  /** Another deployment's simulator: it is then not stopped here. */
  shared?: Simulator;
  program?: Program;
  projectName?: string;
  stackName?: string;
  folder?: string;
  packagesFrom?: string;
  /** Over what points the provider to the simulator; an empty text unsets. */
  env?: Record<string, string>;
  config?: ConfigMap;
}

/** Starts one. `end` it in `afterAll`: it destroys nothing. */
export async function deployment(options: DeploymentOptions = {}) {
  const simulator = options.shared ?? (await startSimulator({ partner: INSTANT, ...options.simulator }));
  let program: Program = options.program ?? (() => {});
  const { stack, folder, remove } = await engineStack({
    program: async () => ((await program()) ?? {}) as Record<string, unknown>,
    env: {
      SCW_API_URL: simulator.url,
      SCW_SECRET_KEY: SECRET_KEY,
      SCW_DEFAULT_PROJECT_ID: simulator.projectId,
      // The developer's own file must not be read.
      SCW_CONFIG_PATH: "/dev/null",
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...options.env,
    },
    ...(options.config && { config: hostConfig(options.config) }),
    ...(options.projectName && { projectName: options.projectName }),
    ...(options.stackName && { stackName: options.stackName }),
    ...(options.folder && { folder: options.folder }),
    ...(options.packagesFrom && { packagesFrom: options.packagesFrom }),
  });
  const outputs = stack.outputs.bind(stack);
  // After a run the Automation API asks the CLI for the outputs, twice, and for its history: a third of all the time
  // that these tests take. A test asks for what it looks at.
  Object.assign(stack, { outputs: async () => ({}), info: async () => undefined });
  const runs: string[] = [];
  const run = (operation: Operation, settings: object = {}) => once(stack, operation, settings, runs);
  const good = async (operation: Operation, settings?: object): Promise<Run> => {
    const { error, ...result } = await run(operation, settings);
    if (error) {
      // The CLI's own words do not hold everything: the program, or the Automation API, may have failed around it.
      const reason = error instanceof Error ? error.stack : String(error);
      throw new Error(`pulumi ${operation} failed: ${reason}\nThe user saw:\n${result.output}`);
    }
    return result;
  };
  const bad = async (operation: Operation, settings?: object): Promise<Run> => {
    const { error, ...result } = await run(operation, settings);
    if (!error) throw new Error(`pulumi ${operation} should have failed. The user saw:\n${result.output}`);
    return result;
  };
  /** Everything that the runs have left: each file of the stack's folder, and all output. */
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
    /** Everything that any run has written so far, and the messages of what it threw. */
    allOutput: () => runs.join("\n"),
    /** Replaces the program for the runs to come. */
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
    /** A run that may end either way. */
    attempt: (operation: Operation, settings?: object) => run(operation, settings),
    stackName: options.stackName ?? "dev",
    /** The stack's outputs, secrets in plain. */
    outputs,
    /** The state file's resources, as they are stored. */
    state: async () => ((await stack.exportStack()).deployment as StoredDeployment).resources ?? [],
    /** Requests that reached the API in `work`, as `METHOD path?query`. */
    async requestsOf(work: () => Promise<unknown>): Promise<string[]> {
      const before = simulator.control.requests().at(-1)?.n ?? 0;
      await work();
      return simulator.control.requests().flatMap(({ n, method, path }) => (n > before ? [`${method} ${path}`] : []));
    },
    /** A call made outside Pulumi, by the console or a colleague. Paths start after the region. */
    async behind(method: "POST" | "PATCH" | "DELETE", path: string, body: object = {}): Promise<void> {
      const response = await fetch(`${simulator.url}/interlink/v1beta1/regions/fr-par${path}`, {
        method,
        headers: { "x-auth-token": SECRET_KEY, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    },
    /** The live link whose name starts so. */
    link(name: string) {
      const link = simulator.control.snapshot().links.find((link) => link.name.startsWith(name));
      if (!link) throw new Error(`there is no live link ${name}…`);
      return link;
    },
    texts,
    /** Ends it all, and fails if a key lies anywhere in plain text: in the state, a log, or what was said. */
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
type Operation = "up" | "preview" | "refresh" | "destroy";

/** A resource in the state file, as far as tests look at it. */
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

async function once(stack: Stack, operation: Operation, settings: object, runs: string[]) {
  let output = "";
  const changes: Record<string, Change> = {};
  const write = (text: string) => {
    output += text;
  };
  const common = {
    color: "never" as const,
    onOutput: write,
    onError: write,
    onEvent: (event: EngineEvent) => note(event, changes),
    ...settings,
  };
  let error: unknown;
  try {
    await stack[operation](common);
  } catch (cause) {
    error = cause;
  }
  runs.push(output, error instanceof Error ? `${error.message}\n${error.stack}` : "");
  return { changes, output, error };
}

/** Notes what an event of the engine says about a resource: the last word counts, a replacement over its parts. */
function note({ resourcePreEvent, resOutputsEvent }: EngineEvent, changes: Record<string, Change>): void {
  const { op, urn, type } = (resourcePreEvent ?? resOutputsEvent)?.metadata ?? {};
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
