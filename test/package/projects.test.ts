/**
 * The packed package in five kinds of project. Each is type-checked and previewed by the real engine; Pulumi's own runner
 * loads the program with the project's settings.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { version as sdkVersion } from "@pulumi/pulumi/version.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { pulumiCli, repoRoot } from "../../tools/pulumi-cli.ts";
import { PARTNER } from "../world.ts";
import { environmentOf } from "./environment.ts";

const run = promisify(execFile);
const LANGUAGE_HOST = join(import.meta.dirname, "..", "engine", "language-host");
const ENTRIES = ["", "/provider", "/router", "/simulator"].map((entry) => `pulumi-scaleway-interlink${entry}`);
const ORDER = `{
  popId: getPopOutput({ name: "TH2" }).id,
  partnerId: "${PARTNER.franceIX}",
  bandwidthMbps: 50,
  tags: functions.map((entry) => typeof entry),
}`;

// Declarations that the compiler cannot read would turn everything into `any`, which passes every check.
const TYPESCRIPT = `
import { getPopOutput, InterLink } from "pulumi-scaleway-interlink";
import { provider } from "pulumi-scaleway-interlink/provider";
import { CustomerRouterArgs, routerConfig } from "pulumi-scaleway-interlink/router";
import { Simulator, startSimulator } from "pulumi-scaleway-interlink/simulator";

type IsAny<T> = 0 extends 1 & T ? true : false;
const status: IsAny<InterLink["status"]> = false;
const kind: IsAny<Parameters<typeof provider>[0]> = false;
const legs: IsAny<CustomerRouterArgs["legs"]> = false;
const links: IsAny<ReturnType<Simulator["control"]["snapshot"]>["links"][0]["status"]> = false;
export const typed = [status, kind, legs, links];

const functions = [provider, routerConfig, startSimulator];
export const nextStep = new InterLink("line", ${ORDER}).nextStep;
`;
const TYPESCRIPT_ESM = TYPESCRIPT.replace("CustomerRouterArgs,", "type CustomerRouterArgs,").replace(
  "{ Simulator,",
  "{ type Simulator,",
);
const JAVASCRIPT = `
const { getPopOutput, InterLink } = require("pulumi-scaleway-interlink");
const entries = ${JSON.stringify(ENTRIES.slice(1))}.map((entry) => require(entry));
const functions = [entries[0].provider, entries[1].routerConfig, entries[2].startSimulator];
exports.nextStep = new InterLink("line", ${ORDER}).nextStep;
`;

const TEMPLATE = {
  strict: true,
  outDir: "bin",
  sourceMap: true,
  experimentalDecorators: true,
  pretty: true,
  noFallthroughCasesInSwitch: true,
  noImplicitReturns: true,
  forceConsistentCasingInFileNames: true,
};
/** The settings that `pulumi new typescript` wrote until March 2026, and its settings since then. */
const OLD = { ...TEMPLATE, target: "es2016", module: "commonjs", moduleResolution: "node" };
const TODAY = { ...TEMPLATE, target: "es2020", module: "nodenext", moduleResolution: "nodenext" };

let simulator: Simulator;
let root: string;
let tarball: string;

beforeAll(async () => {
  simulator = await startSimulator();
  root = await mkdtemp(join(tmpdir(), "interlink-projects-"));
  // Without scripts: another build would delete dist while other tests use it.
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", root], {
    cwd: repoRoot,
  });
  tarball = join(root, JSON.parse(stdout)[0].filename);
}, 60_000);

afterAll(async () => {
  await simulator.stop();
  await rm(root, { recursive: true, force: true });
});

interface Project {
  type?: "module";
  /** The folder's files except package.json and Pulumi.yaml. */
  files: Record<string, string>;
  typescript?: string;
  install?: readonly [string, ...string[]];
}

const NPM = ["npm", "install", "--prefer-offline", "--no-audit", "--no-fund"] as const;

async function project(name: string, { type, files, typescript, install = NPM }: Project): Promise<string> {
  const folder = join(root, name);
  await mkdir(join(folder, "state"), { recursive: true });
  const description = {
    ...{ name, private: true, type },
    dependencies: {
      "@pulumi/command": "^1.2.1",
      "@pulumi/pulumi": sdkVersion,
      "pulumi-scaleway-interlink": `file:${tarball}`,
    },
    devDependencies: { "@types/node": "^18", typescript },
  };
  const all = {
    ...files,
    "package.json": JSON.stringify(description),
    "Pulumi.yaml": JSON.stringify({ name, runtime: "nodejs" }),
  };
  for (const [file, text] of Object.entries(all)) await writeFile(join(folder, file), text);
  const [command, ...args] = install;
  await run(command, args, { cwd: folder });
  return folder;
}

const settings = (compilerOptions: object) => JSON.stringify({ compilerOptions, files: ["index.ts"] });

/** The compiler's output; empty if there are no errors. */
const typeErrors = (folder: string, compiler = folder): Promise<string> =>
  run(process.execPath, [join(compiler, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", folder]).then(
    () => "",
    ({ stdout }) => stdout,
  );

async function preview(folder: string) {
  const { command } = await pulumiCli();
  const env = environmentOf(folder, { command, home: root, simulator, first: [LANGUAGE_HOST] });
  await run(command, ["stack", "init", "dev", "--non-interactive"], { cwd: folder, env });
  const { stdout } = await run(command, ["preview", "--json", "--non-interactive"], { cwd: folder, env });
  const { steps } = JSON.parse(stdout);
  return steps.map(({ op, urn, newState }: { op: string; urn: string; newState: { inputs?: object } }) => ({
    step: `${op} ${urn.split("::").at(-1)}`,
    inputs: newState.inputs ?? {},
  }));
}

const ORDERED = [
  expect.objectContaining({ step: expect.stringMatching(/^create .*-dev$/) }),
  expect.objectContaining({
    step: "create line",
    inputs: expect.objectContaining({ tags: ["function", "function", "function"] }),
  }),
];

test("A project with the old TypeScript settings previews with Pulumi's own TypeScript 3.8 and type-checks with TypeScript 5", async () => {
  const files = { "index.ts": TYPESCRIPT, "tsconfig.json": settings(OLD) };
  const folder = await project("old", { files });
  // TypeScript is not installed, so the runner checks types with the copy in @pulumi/pulumi.
  expect(await readFile(join(folder, "node_modules/typescript/package.json")).catch(() => "none")).toBe("none");
  expect(await preview(folder)).toEqual(ORDERED);
  const newer = await project("old-newer", { files, typescript: "^5.0.0" });
  expect(await typeErrors(newer)).toBe("");
});

test("A project of the current `pulumi new typescript` type-checks and previews", async () => {
  const files = { "index.ts": TYPESCRIPT, "tsconfig.json": settings(TODAY) };
  const folder = await project("today", { files, typescript: "^5.9.0" });
  expect(await typeErrors(folder)).toBe("");
  expect(await preview(folder)).toEqual(ORDERED);
});

test("A JavaScript project that requires the package previews", async () => {
  const folder = await project("javascript", { files: { "index.js": JAVASCRIPT } });
  expect(await preview(folder)).toEqual(ORDERED);
});

test("An ES module project type-checks and previews", async () => {
  const files = { "index.ts": TYPESCRIPT_ESM, "tsconfig.json": settings(TODAY) };
  const folder = await project("esm", { files, type: "module", typescript: "^5.9.0" });
  expect(await typeErrors(folder)).toBe("");
  expect(await preview(folder)).toEqual(ORDERED);
});

const PNPM = ["npx", "--yes", "pnpm@10"] as const;
const pnpm = await run(PNPM[0], [...PNPM.slice(1), "--version"], { cwd: tmpdir() }).then(
  ({ stdout }) => stdout.trim(),
  ({ message }) => console.warn(`test/package: the pnpm project is skipped, because pnpm cannot be run: ${message}`),
);

test.skipIf(pnpm === undefined)("A pnpm project type-checks and previews", async () => {
  const files = { "index.ts": TYPESCRIPT, "tsconfig.json": settings(TODAY) };
  const install = [...PNPM, "install", "--prefer-offline"] as const;
  const folder = await project("pnpm", { files, typescript: "^5.9.0", install });
  expect(await typeErrors(folder)).toBe("");
  expect(await preview(folder)).toEqual(ORDERED);
});
