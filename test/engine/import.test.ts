import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { InterLink, RoutePropagation, RoutingPolicy, VpcAttachment } from "pulumi-scaleway-interlink";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { enginePath, pulumiCli, repoRoot } from "../../tools/pulumi-cli.ts";
import { outcome } from "../cli.ts";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { deployment, INSTANT } from "./harness.ts";

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
  await symlink(join(repoRoot, "node_modules"), join(folder, "node_modules")).catch(() => {});
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

/** The preview is empty, and `up` writes nothing. Both refresh first, by the project's own option. */
async function expectNoChange(): Promise<void> {
  const writes = await writesOf(async () => {
    const preview = await pulumi("preview", "--expect-no-changes");
    expect(preview.code, preview.output).toBe(0);
    const up = await pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    expect(up.code, up.output).toBe(0);
  });
  expect(writes).toEqual([]);
  expect(simulator.control.counters()).toMatchObject({ withdrawals: [], doubleOrders: 0 });
}

/** Names of files under the test's folder that hold the text. */
async function filesWith(text: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, "latin1") })));
  return texts.filter((one) => one.text.includes(text)).map(({ file }) => file);
}

/** The program that was written has no error that the compiler finds. */
async function expectTyped(): Promise<void> {
  await symlink(join(repoRoot, "node_modules"), join(folder, "node_modules"));
  const compiler = join(repoRoot, "node_modules", "typescript", "bin", "tsc");
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck"];
  const checked = await run(process.execPath, [compiler, ...options, "index.ts"], { cwd: folder }).catch((e) => e);
  expect(checked.stdout).toBe("");
}

test.each(["dynamic", "plugin"])(
  "a link and a pair at the %s host: the preview is empty, and up writes nothing",
  async (host) => {
    const pair = network();
    await byHand("paris-th2", POP.TH2, pair);
    await byHand("paris-dc3", POP.DC3, pair);
    const lab = await byHand("lab", POP.TH2, network());
    const { code, stdout, stderr } = await interlink("--host", host);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain('RedundantInterLink "paris"');
    expect(stdout).toContain(`InterLink "lab": lab (${lab.id})`);
    await expectTyped();
    await importIntoStack();
    // A refresh before any program has run fills in what the import file has not.
    expect(await pulumi("refresh", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
    await expectNoChange();
    const keys = simulator.control.snapshot().links.map(({ partner }) => partner?.pairing_key ?? "");
    expect(await Promise.all(keys.map(filesWith))).toEqual([[], [], []]);
    const { output } = await pulumi("stack", "export", "--show-secrets");
    for (const key of keys) expect(output).toContain(key);
  },
);

test("links of another stack: up writes this stack's tags and nothing else, and the other stack lets go", async () => {
  const { vpc } = network();
  const other = await deployment({
    shared: simulator,
    program: () => {
      const link = new InterLink("line", {
        popId: POP.TH2,
        partnerId: PARTNER.franceIX,
        bandwidthMbps: 50,
        name: "line",
      });
      const { linkId } = new VpcAttachment("vpc", { linkId: link.id, vpcId: vpc });
      const ipv4 = new RoutingPolicy("ipv4", { prefixFilterIn: ["10.20.0.0/16"], name: "ipv4" });
      new RoutePropagation("routes", { linkId, routingPolicyV4Id: ipv4.id });
    },
  });
  await other.up();
  expect(await interlink()).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("belongs to interlink/dev/line"),
  });
  expect(await interlink("--from", "interlink/dev")).toMatchObject({ code: 0, stderr: "" });
  await importIntoStack();
  const preview = await pulumi("preview");
  expect(preview.output).toMatch(/~ 2 to update\n\s+3 unchanged/);
  const writes = await writesOf(() => pulumi("up", "--yes", "--skip-preview"));
  expect(writes.map(({ method, path }) => `${method} ${path.split("/").at(-2)}`).toSorted()).toEqual([
    "PATCH links",
    "PATCH routing-policies",
  ]);
  expect(other.link("line").tags).toEqual([expect.stringMatching(/^pulumi:interlink\/production\/line#/)]);
  await expectNoChange();

  // The other stack's state is superseded.
  const { links, routingPolicies } = simulator.control.snapshot();
  expect(await writesOf(() => other.destroy())).toEqual([]);
  expect(simulator.control.snapshot()).toMatchObject({ links, routingPolicies });
  expect(links).toMatchObject([{ status: "active", enable_route_propagation: true }]);
  await other.end();
});

/** A link, its policy, and one more of each that the other tool only reads. */
async function ofAnotherTool() {
  const one = network();
  const { id } = await byHand("line", POP.TH2, one);
  const spare = simulator.seed.routingPolicy({ name: "spare", prefixFilterIn: ["10.30.0.0/16"] }).id;
  await byHand("not-theirs", POP.DC3, network());
  return { link: `fr-par/${id}`, policy: `fr-par/${one.policy}`, spare: `fr-par/${spare}`, vpc: `fr-par/${one.vpc}` };
}

test("a Terraform state: one link becomes link, attachment and routes, and the preview is empty", async () => {
  const { link, policy, spare, vpc } = await ofAnotherTool();
  const resource = (type: string, name: string, attributes: object) => ({
    ...{ mode: "managed", type, name, provider: 'provider["registry.terraform.io/scaleway/scaleway"]' },
    instances: [{ schema_version: 0, attributes: { region: "fr-par", ...attributes } }],
  });
  const state = {
    ...{ version: 4, terraform_version: "1.9.5", serial: 7, lineage: "x", outputs: {} },
    resources: [
      resource("scaleway_interlink_link", "main", {
        ...{ id: link, name: "line", vpc_id: vpc, enable_route_propagation: true, routing_policy_v4_id: policy },
      }),
      resource("scaleway_interlink_routing_policy", "v4", { id: policy, is_ipv6: false }),
      resource("scaleway_interlink_routing_policy", "spare", { id: spare, is_ipv6: false }),
      { ...resource("scaleway_interlink_link", "read", { id: link }), mode: "data" },
    ],
  };
  await writeFile(join(root, "terraform.tfstate"), JSON.stringify(state));
  const { code, stdout, stderr } = await interlink("--terraform", join(root, "terraform.tfstate"));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(
    "terraform state rm scaleway_interlink_link.main scaleway_interlink_routing_policy.v4 scaleway_interlink_routing_policy.spare",
  );
  await importIntoStack();
  await expectNoChange();
});

test("a stack of @pulumiverse/scaleway: its link and policies are imported, and the preview is empty", async () => {
  const { link, policy, spare, vpc } = await ofAnotherTool();
  const resource = (type: string, name: string, id: string, outputs: object = {}) => ({
    ...{ urn: `urn:pulumi:prod::net::scaleway:interlink/${type}::${name}`, custom: true, id },
    ...{ type: `scaleway:interlink/${type}`, inputs: {}, outputs: { id, region: "fr-par", ...outputs } },
  });
  const resources = [
    { urn: "urn:pulumi:prod::net::pulumi:pulumi:Stack::net-prod", custom: false, type: "pulumi:pulumi:Stack" },
    resource("routingPolicy:RoutingPolicy", "v4", policy),
    resource("routingPolicy:RoutingPolicy", "spare", spare),
    resource("link:Link", "main", link, { vpcId: vpc, enableRoutePropagation: true, routingPolicyV4Id: policy }),
  ];
  await writeFile(join(root, "stack.json"), JSON.stringify({ version: 3, deployment: { resources } }));
  const { code, stdout, stderr } = await interlink("--pulumiverse", join(root, "stack.json"));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("pulumi state delete 'urn:pulumi:prod::net::scaleway:interlink/link:Link::main' --yes");
  await importIntoStack();
  await expectNoChange();
});
