import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { enginePath, pulumiCli, repoRoot } from "../../tools/pulumi-cli.ts";
import { outcome } from "../cli.ts";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { INSTANT } from "./harness.ts";

// As a user does it: `interlink import` writes a project, and the Pulumi CLI imports, previews and updates in its folder.
const run = promisify(execFile);
let simulator: Simulator;
let root: string;
let folder: string;

beforeEach(async () => {
  simulator = await startSimulator({ secretKey: SECRET_KEY, partner: INSTANT });
  root = await mkdtemp(join(tmpdir(), "interlink-import-"));
  folder = join(root, "lines");
  await mkdir(join(root, "state"));
});
afterEach(async () => {
  await simulator.stop();
  await rm(root, { recursive: true, force: true });
});

const api = () => ({
  SCW_API_URL: simulator.url,
  SCW_DEFAULT_PROJECT_ID: simulator.projectId,
  SCW_CONFIG_PATH: "/dev/null",
  SCW_SECRET_KEY: SECRET_KEY,
});
const interlink = (...args: string[]) => outcome(["import", "--out", folder, ...args], api());

/** What the CLI writes, and its exit code. */
async function pulumi(...args: string[]): Promise<{ code: number; output: string }> {
  const { command } = await pulumiCli();
  const PATH = [join(import.meta.dirname, "language-host"), dirname(command), enginePath()].join(delimiter);
  const env = {
    ...{ HOME: root, PATH, ...api() },
    PULUMI_BACKEND_URL: pathToFileURL(join(root, "state")).href,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const done = await run(command, [...args, "--non-interactive", "--color=never"], { cwd: folder, env }).catch(
    (error) => error,
  );
  return { code: done.code ?? 0, output: `${done.stdout}${done.stderr}` };
}

/** What is done next, by the command's own last lines, up to the import. */
async function importIntoStack(): Promise<void> {
  await symlink(join(repoRoot, "node_modules"), join(folder, "node_modules"));
  expect(await pulumi("stack", "init", "production")).toMatchObject({ code: 0 });
  const { code, output } = await pulumi("import", "--file", "import.json", "--generate-code=false", "--yes");
  expect(code, output).toBe(0);
  expect(output).not.toMatch(/failed to validate|error/);
}

/** Calls that change something, made in `work`, with their bodies. */
async function writesOf(work: () => Promise<unknown>) {
  const before = simulator.control.requests().at(-1)?.n ?? 0;
  await work();
  return simulator.control.requests().filter(({ n, method }) => n > before && method !== "GET");
}

async function call(path: string, body: object): Promise<void> {
  const response = await fetch(`${simulator.url}/interlink/v1beta1/regions/fr-par/${path}`, {
    method: "POST",
    headers: { "x-auth-token": SECRET_KEY, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** A link that somebody has ordered and configured in the console. */
async function byHand(name: string, pop_id: string, { vpc, policy }: { vpc: string; policy: string }, tags = ["ours"]) {
  const order = { name, pop_id, partner_id: PARTNER.franceIX, bandwidth_mbps: 50, tags };
  const link = simulator.seed.link({ ...order, provisioned: true });
  await call(`links/${link.id}/attach-vpc`, { vpc_id: vpc });
  await call(`links/${link.id}/attach-routing-policy`, { routing_policy_id: policy });
  await call(`links/${link.id}/enable-route-propagation`, {});
  return link;
}

const network = () => ({
  vpc: simulator.seed.vpc({ name: "production" }).id,
  policy: simulator.seed.routingPolicy({ name: "ours v4", prefixFilterIn: ["10.10.0.0/16"] }).id,
});

/** The preview is empty, `up` writes nothing, and so do the ones after a refresh. */
async function expectNoChange(): Promise<void> {
  const writes = await writesOf(async () => {
    const preview = await pulumi("preview", "--expect-no-changes");
    expect(preview.code, preview.output).toBe(0);
    const up = await pulumi("up", "--yes", "--expect-no-changes");
    expect(up.code, up.output).toBe(0);
    const again = await pulumi("preview", "--expect-no-changes");
    expect(again.code, again.output).toBe(0);
  });
  expect(writes).toEqual([]);
  expect(simulator.control.counters()).toMatchObject({ withdrawals: [], doubleOrders: 0 });
}

test("a single link of the console is imported: the preview is empty, and up writes nothing", async () => {
  const link = await byHand("Paris (TH2)", POP.TH2, network());
  const { code, stdout, stderr } = await interlink();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(`InterLink "Paris-TH2": Paris (TH2) (${link.id})`);
  await importIntoStack();
  await expectNoChange();
});

test("two links on one VPC are imported as RedundantInterLink: the preview is empty, and up writes nothing", async () => {
  const one = network();
  await byHand("paris-th2", POP.TH2, one);
  await byHand("paris-dc3", POP.DC3, one);
  const { code, stdout, stderr } = await interlink();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain('RedundantInterLink "paris"');
  await importIntoStack();
  await expectNoChange();
});
