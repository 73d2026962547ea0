import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { glob, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { version as sdkVersion } from "@pulumi/pulumi/version.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { pulumiCli, repoRoot } from "../../tools/pulumi-cli.ts";
import { INSTANT } from "../engine/harness.ts";
import { PARTNER, POP } from "../world.ts";
import { environmentOf } from "./environment.ts";

// Tests what users install: the packed package in an empty project, with a program of three lines.
const PROGRAM = `
import { InterLink } from "pulumi-scaleway-interlink";
const line = new InterLink("line", { popId: "${POP.TH2}", partnerId: "${PARTNER.franceIX}", bandwidthMbps: 50 });
export const status = line.status;
`;
// Without a language host, \`pulumi up\` cannot run the program, so the Automation API does.
const RUN = `
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
const stack = await LocalWorkspace.createOrSelectStack(
  { stackName: "dev", projectName: "mine", program: async () => ({ ...(await import("./index.mjs")) }) },
  { workDir: "project", projectSettings: { name: "mine", runtime: "nodejs", main: import.meta.dirname } },
);
const { outputs, summary } = process.argv[2] === "destroy" ? await stack.destroy() : await stack.up();
console.log(JSON.stringify({ outputs, changes: summary.resourceChanges }));
`;

const run = promisify(execFile);
let simulator: Simulator;
let folder: string;
let packed: { filename: string; files: { path: string; size: number }[]; size: number };

beforeAll(async () => {
  simulator = await startSimulator({ partner: INSTANT });
  folder = await mkdtemp(join(tmpdir(), "interlink-installed-"));
  // Without scripts: another build would delete dist while other tests use it.
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
    cwd: repoRoot,
  });
  packed = JSON.parse(stdout)[0];
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "mine", private: true, type: "module" }));
  const packages = [join(folder, packed.filename), `@pulumi/pulumi@${sdkVersion}`];
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...packages], { cwd: folder });
}, 300_000);

afterAll(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

test("The package contains all files that it needs and no others", async () => {
  const paths = packed.files.map(({ path }) => path);
  const wanted =
    /^(dist\/(sdk|provider|simulator|cli)\/.+\.js|dist\/provider\/hosts\/plugin\/schema\.json|dist\/plugin\/(package\.json|pulumi-resource-scaleway-interlink)|dist\/((sdk|sdk\/(router|plugin|policy)|provider|simulator)\/index|shared\/[a-z-]+)\.d\.ts|ci\/(preview\.sh|gitlab\.yml)|monitoring\/[A-Za-z.-]+|README\.md|SKILL\.md|llms\.txt|CHANGELOG\.md|LICENSE|package\.json)$/;
  expect(paths.filter((path) => !wanted.test(path))).toEqual([]);
  expect(paths.filter((path) => /\.test\.(js|d\.ts)|\/test\//.test(path))).toEqual([]);
  // Built files whose source was deleted.
  const stale = paths.filter(
    (path) =>
      path.startsWith("dist/") &&
      path.endsWith(".js") &&
      !existsSync(join(repoRoot, path.replace(/^dist\//, "").replace(/\.js$/, ".ts"))),
  );
  expect(stale).toEqual([]);
  const { exports, bin } = JSON.parse(await readFile(join(repoRoot, "package.json"), "utf8"));
  const targets = [...Object.values<string | object>(exports), bin].flatMap((entry) =>
    typeof entry === "string" ? [entry] : Object.values<string>(entry as Record<string, string>),
  );
  for (const target of targets) expect(paths).toContain(target.replace(/^\.\//, ""));
  expect(paths).toEqual(
    expect.arrayContaining([
      ...["README.md", "SKILL.md", "llms.txt", "CHANGELOG.md", "LICENSE"],
      ...["ci/preview.sh", "monitoring/alerts.yml"],
    ]),
  );
  console.log(`packed: ${paths.length} files, ${Math.round(packed.size / 1024)} KB`);
});

test("A program of three lines orders a link with the installed package, and destroys it", async () => {
  await mkdir(join(folder, "project"), { recursive: true });
  await mkdir(join(folder, "state"));
  await writeFile(join(folder, "index.mjs"), PROGRAM);
  await writeFile(join(folder, "run.mjs"), RUN);

  const { outputs, changes } = await pulumi("up");
  expect(changes).toEqual({ create: 2 });
  expect(outputs.status.value).toBe("requested"); // from the answer to the order
  const [link] = simulator.control.snapshot().links;
  expect(link?.tags).toEqual([expect.stringMatching(/^pulumi:mine\/dev\/line#/)]);
  const state = await readFile(join(folder, "state", ".pulumi", "stacks", "mine", "dev.json"), "utf8");
  expect(state).toContain("node_modules/pulumi-scaleway-interlink/dist/sdk/");

  await pulumi("destroy");
  expect(simulator.control.snapshot().links).toEqual([]);
});

test("The installed package does not make the CLI download plugins, and its main entry loads without @pulumi/command", async () => {
  const plugins: string[] = [];
  let packages = 0;
  for await (const path of glob("node_modules/{*,@*/*}/package.json", { cwd: folder })) {
    packages++;
    const { pulumi } = JSON.parse(await readFile(join(folder, path), "utf8"));
    if (pulumi?.resource === true) plugins.push(path);
  }
  expect(packages).toBeGreaterThan(10);
  expect(plugins).toEqual([]);
  // It is not installed, so an import of it would fail.
  expect(existsSync(join(folder, "node_modules", "@pulumi", "command"))).toBe(false);
  const code = 'import("pulumi-scaleway-interlink").then((main) => console.log(Object.keys(main).join(" ")))';
  const { stdout } = await run(process.execPath, ["-e", code], { cwd: folder });
  expect(stdout).toContain("RedundantInterLink");
  expect(stdout).not.toMatch(/CustomerRouter|routerConfig/);
  // A policy pack installs @pulumi/policy itself; the rules load without it.
  expect(existsSync(join(folder, "node_modules", "@pulumi", "policy"))).toBe(false);
  const names = 'import("pulumi-scaleway-interlink/policy").then((one) => console.log(one.interlinkPolicies.length))';
  expect((await run(process.execPath, ["-e", names], { cwd: folder })).stdout).toBe("5\n");
});

test("The installed command runs", async () => {
  const { stdout } = await run(join(folder, "node_modules", ".bin", "interlink"), ["--help"], { cwd: folder });
  expect(stdout).toContain("simulate");
});

test("The installed exporter loads and refuses an address that is not one of this machine", async () => {
  const { command } = await pulumiCli();
  const failed = await run(join(folder, "node_modules", ".bin", "interlink"), ["exporter", "--listen", "192.0.2.1:0"], {
    cwd: folder,
    env: environmentOf(folder, { command, home: folder, simulator }),
  }).catch((error) => error);
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining("this machine does not have the address") });
});

async function pulumi(operation: "up" | "destroy") {
  const { command } = await pulumiCli();
  const { stdout } = await run(process.execPath, ["run.mjs", operation], {
    cwd: folder,
    env: environmentOf(folder, { command, home: folder, simulator }),
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}
