import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { enginePath, pulumiCli, repoRoot } from "../../tools/pulumi-cli.ts";
import { SECRET_KEY } from "../world.ts";
import { deployment } from "./harness.ts";
import { programs } from "./mistaken-programs.ts";

// One mistake leads to one message, although a failed function affects many properties of many resources. Pulumi's runner
// and the Automation API are both tested, because each has its own error handler.

const CASES: [string, keyof typeof programs, string, string][] = [
  ["a missing key", "twoPops", "", "no secret key was found"],
  ["a malformed key", "twoPops", "not-a-uuid", "not a UUID"],
  ["a PoP that does not exist", "unknownPop", SECRET_KEY, "no PoP named TH9"],
  ["both links at one PoP", "onePop", SECRET_KEY, "both links are at PoP"],
  ["an awaited function that fails", "awaitedPartner", SECRET_KEY, "no partner named Nobody"],
  ["a function that fails in a resource and in an output", "unknownPartner", SECRET_KEY, "no partner named Nobody"],
];

const run = promisify(execFile);
let simulator: Simulator;
let folder: string;

beforeAll(async () => {
  simulator = await startSimulator({ secretKey: SECRET_KEY });
  folder = await mkdtemp(join(tmpdir(), "interlink-mistakes-"));
  const project = join(folder, "project");
  await mkdir(join(folder, "state"));
  await mkdir(project);
  await symlink(join(repoRoot, "node_modules"), join(project, "node_modules"));
  await writeFile(join(project, "Pulumi.yaml"), "name: mistakes\nruntime: nodejs\n");
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module", main: "index.js" }));
  const all = pathToFileURL(join(import.meta.dirname, "mistaken-programs.ts")).href;
  await writeFile(
    join(project, "index.js"),
    `import { programs } from ${JSON.stringify(all)};\nexport default () => programs[process.env.PROGRAM]();\n`,
  );
  await pulumi({}, "stack", "init", "dev");
});
afterAll(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

const settings = (key: string) => ({
  PULUMI_BACKEND_URL: pathToFileURL(join(folder, "state")).href,
  PULUMI_CONFIG_PASSPHRASE: "test",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  SCW_API_URL: simulator.url,
  SCW_DEFAULT_PROJECT_ID: simulator.projectId,
  SCW_CONFIG_PATH: "/dev/null",
  SCW_SECRET_KEY: key,
});

const pulumi = (env: Record<string, string>, ...args: string[]) => pulumiIn(join(folder, "project"), env, ...args);

/** The output of the CLI, whether it fails or not. */
async function pulumiIn(cwd: string, env: Record<string, string>, ...args: string[]): Promise<string> {
  const { command } = await pulumiCli();
  const PATH = [join(import.meta.dirname, "language-host"), dirname(command), enginePath()].join(delimiter);
  const options = { cwd, env: { HOME: folder, ...settings(SECRET_KEY), ...env, PATH } };
  const done = await run(command, [...args, "--non-interactive", "--color=never"], options).catch((error) => error);
  return `${done.stdout}${done.stderr}`;
}

const times = (text: string, output: string) => output.split(text).length - 1;

function expectOneMessage(output: string, mistake: string, says: string, asOftenAs: string): void {
  const once = times("This error was thrown", asOftenAs);
  expect(once).toBeGreaterThan(0);
  expect(times(says, output), `${mistake}: ${output}`).toBe(once);
  // No chain of properties before it, no stack trace after it, no warning from Node.
  expect(output).not.toMatch(/error serializing property|PromiseRejectionHandledWarning|\n\s+at .+:\d+/);
}

test("With Pulumi's runner, a mistake is one message, printed as often as any thrown error", async () => {
  const baseline = await pulumi({ PROGRAM: "thrown" }, "preview");
  for (const [mistake, program, key, says] of CASES) {
    expectOneMessage(await pulumi({ PROGRAM: program, SCW_SECRET_KEY: key }, "preview"), mistake, says, baseline);
  }
});

test("A project where the engine cannot find the package fails with one sentence that names it, and orders nothing", async () => {
  // A workspace in which the project depends on another package, and only that one depends on ours.
  const project = join(folder, "workspace");
  await mkdir(join(project, "node_modules"), { recursive: true });
  await symlink(join(repoRoot, "node_modules", "@pulumi"), join(project, "node_modules", "@pulumi"));
  await writeFile(join(project, "Pulumi.yaml"), "name: workspace\nruntime: nodejs\n");
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module", main: "index.js" }));
  const ours = pathToFileURL(join(repoRoot, "dist", "sdk", "index.js")).href;
  await writeFile(
    join(project, "index.js"),
    `import { RoutingPolicy } from ${JSON.stringify(ours)};
for (const name of ["one", "two"]) new RoutingPolicy(name, { prefixFilterIn: ["10.10.0.0/16"] });\n`,
  );
  await pulumiIn(project, {}, "stack", "init", "dev");
  const output = await pulumiIn(project, {}, "up", "--yes", "--skip-preview");
  const says = `from the project's folder, ${project}, and can't find it there. Add it to the dependencies`;
  expectOneMessage(output, "a workspace", says, await pulumi({ PROGRAM: "thrown" }, "preview"));
  expect(output).not.toContain("Cannot find module");
  expect(simulator.control.snapshot().routingPolicies).toEqual([]);
});

test("With the Automation API, a mistake is one message, printed as often as any thrown error", async () => {
  const stack = await deployment({ shared: simulator });
  stack.program(programs.thrown);
  const baseline = (await stack.previewFails()).output;
  for (const [mistake, program, key, says] of CASES) {
    // An inline program has this process's environment.
    for (const [name, value] of Object.entries(settings(key))) {
      if (name.startsWith("SCW_")) vi.stubEnv(name, value);
    }
    stack.program(programs[program]);
    expectOneMessage((await stack.previewFails()).output, mistake, says, baseline);
  }
  vi.unstubAllEnvs();
  await stack.end();
});
