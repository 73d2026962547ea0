import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ResourceKind } from "../provider/resources/index.ts";
import { runCommandHere } from "../test/cli.ts";
import { callsOf } from "../test/handlers.ts";
import { apiCaller } from "../test/recordings/caller.ts";
import { NOWHERE, PARTNER, POP, SECRET_KEY, worldOfFile } from "../test/world.ts";

const w = await worldOfFile();
const { control, seed } = w.simulator;
const call = apiCaller(w.simulator);

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "interlink-import-"));
  folder = join(root, "lines");
});
afterEach(() => rm(root, { recursive: true, force: true }));

const interlink = (...args: string[]) => runCommandHere(["import", "--out", folder, ...args], w.env);
const written = () => readdir(root, { recursive: true });
const text = (name: string) => readFile(join(folder, name), "utf8");

interface Shape {
  tags?: string[];
  provisioned?: boolean;
  pop?: string;
  partner?: string;
  connection?: string;
  vpc?: string;
  policies?: string[];
  propagation?: boolean;
}
async function network(name: string, shape: Shape = {}) {
  const { pop = POP.TH2, partner = PARTNER.franceIX, connection, provisioned = true, tags = [] } = shape;
  const by = connection === undefined ? { partner_id: partner } : { connection_id: connection };
  const link = seed.link({ name, pop_id: pop, bandwidth_mbps: 50, tags, provisioned, ...by });
  const post = (action: string, body: object = {}) => call("POST", `links/${link.id}/${action}`, body);
  if (shape.vpc) await post("attach-vpc", { vpc_id: shape.vpc });
  for (const id of shape.policies ?? []) await post("attach-routing-policy", { routing_policy_id: id });
  if (shape.propagation) await post("enable-route-propagation");
  control.clearRequests();
  return link;
}
const vpcOf = (name = "backbone") => seed.vpc({ name }).id;
const policy = (name: string, tags: string[] = []) =>
  seed.routingPolicy({ name, tags, prefixFilterIn: ["10.10.0.0/16"] }).id;
const policy6 = (name: string) => seed.routingPolicy({ name, isIpv6: true, prefixFilterOut: ["2001:DB8::/32"] }).id;

interface Entry {
  type: string;
  name: string;
  id?: string;
  parent?: string;
  component?: boolean;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}
const entries = async (): Promise<Entry[]> => JSON.parse(await text("import.json")).resources;

/** Checks that the provider sees no change in any resource of the file, and returns their kinds and names. */
async function unchangedResources(): Promise<string[]> {
  const all = await entries();
  const context = w.run();
  for (const { type, name, id = "", component, inputs, outputs } of all) {
    if (component) continue;
    const calls = callsOf(type.split(":").at(-1) as ResourceKind);
    const [{ __provider: _, ...given }, { __provider: __, ...state }] = [inputs, outputs];
    const { inputs: news, failures } = await calls.check(context, given, { ...given, __owner: `p/s/${name}` });
    expect(failures).toEqual([]);
    expect(await calls.diff(context, id, state, news), `${type} ${name}`).toMatchObject({ changes: false });
  }
  return all.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
}

describe("After an import nothing differs from the live objects", () => {
  test("for a hosted link with a VPC, policies of both families and route propagation", async () => {
    await network("line", {
      vpc: vpcOf(),
      policies: [policy("v4", ["red"]), policy6("v6")],
      propagation: true,
      tags: ["ours", "gold"],
    });
    expect(await interlink()).toMatchObject({ code: 0, stderr: "" });
    expect(await unchangedResources()).toEqual([
      "RoutingPolicy v4",
      "RoutingPolicy v6",
      "InterLink line",
      "VpcAttachment line-vpc",
      "RoutePropagation line-routes",
    ]);
  });

  test("for a link that is still Requested, but already configured", async () => {
    await network("line", { provisioned: false, vpc: vpcOf(), policies: [policy("v4")], propagation: true });
    await interlink();
    expect(await unchangedResources()).toHaveLength(4);
  });

  test("for a link without VPC and policies", async () => {
    await network("line", { provisioned: false });
    await interlink();
    expect(await unchangedResources()).toEqual(["InterLink line"]);
  });

  test("for a link with a policy, without VPC and route propagation", async () => {
    await network("line", { policies: [policy("v4")] });
    await interlink();
    expect(await unchangedResources()).toEqual(["RoutingPolicy v4", "InterLink line", "RoutePropagation line-routes"]);
    expect(await text("index.ts")).toMatch(
      /linkId: lineLink\.id,\n {4}routingPolicyV4Id: v4Policy\.id,\n {4}enabled: false,/,
    );
  });

  test("for a self-hosted link, with its VLAN and AS number in the program", async () => {
    const connection = seed.dedicatedConnection({ name: "port", popId: POP.TH2 }).id;
    await network("line", { connection, vpc: vpcOf() });
    await interlink();
    await unchangedResources();
    expect(await text("index.ts")).toMatch(
      new RegExp(`connectionId: "${connection}",[^}]*peerAsn: \\d+,\\s+vlan: \\d+,`),
    );
  });

  test("for a pair whose policies the component creates", async () => {
    const shared = { vpc: vpcOf(), policies: [policy("v4"), policy6("v6")], propagation: true };
    await network("paris-th2", shared);
    await network("paris-dc3", { ...shared, pop: POP.DC3, partner: PARTNER.freePro });
    expect((await interlink()).stdout).toContain('RedundantInterLink "paris": v4 (');
    expect(await unchangedResources()).toEqual([
      "RedundantInterLink paris",
      "RoutingPolicy paris-ipv4",
      "RoutingPolicy paris-ipv6",
      ...["primary", "secondary"].flatMap((leg) =>
        ["InterLink", "VpcAttachment", "RoutePropagation"].map((kind) => `${kind} paris-${leg}`),
      ),
    ]);
  });

  test("for a pair that shares its policy with a third link, without route propagation", async () => {
    const policies = [policy("v4")];
    const vpc = vpcOf();
    await network("paris-th2", { vpc, policies });
    await network("paris-dc3", { vpc, policies, pop: POP.DC3 });
    await network("lyon", { policies });
    await interlink();
    expect((await unchangedResources()).slice(0, 2)).toEqual(["RoutingPolicy v4", "RedundantInterLink paris"]);
    expect(await text("index.ts")).toMatch(/routingPolicyV4Id: v4Policy\.id,\n {4}enabled: false,/);
  });
});

describe("An import keeps two links on a VPC separate if", () => {
  const pair = async (first: Shape, second: Shape, ...args: string[]) => {
    const vpc = vpcOf();
    await network("one", { vpc, ...first });
    await network("two", { vpc, pop: POP.DC3, ...second });
    const { stderr } = await interlink(...args);
    const resources = await unchangedResources();
    expect(resources).toEqual(expect.arrayContaining(["InterLink one", "InterLink two"]));
    return stderr;
  };

  test("both are at the same PoP", async () => {
    const policies = [policy("v4")];
    expect(await pair({ policies }, { policies, pop: POP.TH2 })).toMatch(/\(one, two\) .*both are at the same PoP/);
  });
  test("their policies differ", async () => {
    expect(await pair({ policies: [policy("v4")] }, { policies: [policy("x")] })).toMatch(/routing policies differ/);
  });
  test("they have no policy", async () => {
    expect(await pair({}, {})).toMatch(/they have no routing policy/);
  });
  test("route propagation is enabled on only one of them", async () => {
    const policies = [policy("v4")];
    expect(await pair({ policies, propagation: true }, { policies })).toMatch(/enabled on only one of them/);
  });
  test("there is a third link", async () => {
    const policies = [policy("v4")];
    const vpc = vpcOf();
    await network("three", { vpc, policies });
    expect(await pair({ vpc, policies }, { vpc, policies })).toMatch(/there are 3 of them/);
  });
  test("--separate is given", async () => {
    const policies = [policy("v4")];
    expect(await pair({ policies }, { policies }, "--separate")).toBe("");
  });
});

describe("An import", () => {
  test("takes only links with one of the tags, or with one of the names or ids", async () => {
    await network("one", { tags: ["red"] });
    const two = await network("two", { tags: ["blue"] });
    await network("three", { tags: ["blue", "green"] });
    await interlink("--tag", "green", "--tag", "red");
    expect((await entries()).map(({ name }) => name)).toEqual(["one", "three"]);
    await interlink("--force", "--link", `fr-par/${two.id}`, "--link", "one");
    expect((await entries()).map(({ name }) => name)).toEqual(["two", "one"]);
  });

  test("skips a refused or expired link, with a warning", async () => {
    const dead = await network("dead", { provisioned: false });
    control.refuse(dead.id, "no capacity");
    await network("line");
    const { code, stderr } = await interlink();
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/dead .* is Refused \("no capacity"\)/),
    });
    expect((await entries()).map(({ name }) => name)).toEqual(["line"]);
  });

  test("skips links of another owner, unless --from names it; then the first up writes the tag", async () => {
    const theirs = "net/prod/line";
    const policies = [policy("v4", ["pulumi:net/prod/v4#0123456789ab"])];
    const link = await network("line", { tags: [`pulumi:${theirs}#0123456789ab`], policies, vpc: vpcOf() });
    const refused = await interlink();
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/line .* belongs to net\/prod\/line.*--from/),
    });
    expect(await written()).toEqual([]);
    // The policy is another resource of that stack.
    await interlink("--from", theirs);
    expect((await entries()).filter(({ type }) => type.endsWith(":RoutingPolicy"))).toEqual([]);
    const { code, stderr } = await interlink("--from", "net/prod", "--force");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await text("index.ts")).toContain(`adoptFrom: "${theirs}"`);

    const imported = (await entries()).find(({ type }) => type.endsWith(":InterLink"));
    const { inputs = {}, outputs = {} } = imported ?? {};
    const { __provider: _, ...state } = outputs;
    const context = w.run();
    const calls = callsOf("InterLink");
    const news = { ...inputs, __owner: "mine/dev/line" };
    expect(await calls.diff(context, link.id, state, news)).toMatchObject({ changes: true });
    await calls.update(w.run(), link.id, state, news);
    expect(w.live(link.id)?.tags).toEqual([`pulumi:mine/dev/line#${outputs.__nonce}`]);
  });

  test("references a policy of another owner by its id", async () => {
    const id = policy("v4", ["pulumi:net/prod/v4#0123456789ab"]);
    await network("line", { policies: [id] });
    const { code, stderr } = await interlink();
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/RoutingPolicy v4 .* referenced by its id/),
    });
    expect(await text("index.ts")).toContain(`routingPolicyV4Id: "${id}"`);
    expect(await unchangedResources()).toEqual(["InterLink line", "RoutePropagation line-routes"]);
  });

  test("references a policy that this provider would reject by its id", async () => {
    const id = seed.routingPolicy({ name: "empty" }).id;
    await network("line", { policies: [id] });
    expect((await interlink()).stderr).toMatch(/RoutingPolicy empty .* a policy needs at least one prefix/);
    expect(await text("index.ts")).toContain(`routingPolicyV4Id: "${id}"`);
  });

  test("takes a policy that other links use too, and warns that changes apply to them", async () => {
    const policies = [policy("v4")];
    await network("line", { policies });
    await network("other", { policies });
    expect((await interlink("--link", "line")).stderr).toMatch(/v4 is also used by other, not imported/);
  });
});

describe("The files of an import", () => {
  test("contain neither a pairing key nor the secret key, and no change is made at Scaleway", async () => {
    const link = await network("line", { provisioned: false });
    await interlink();
    const files = await Promise.all((await readdir(folder)).map(text));
    expect(files.join()).not.toContain(link.partner?.pairing_key);
    expect(files.join()).not.toContain(SECRET_KEY);
    expect(w.changes()).toEqual([]);
  });

  test("are not overwritten without --force", async () => {
    await network("line");
    await interlink();
    await writeFile(join(folder, "index.ts"), "mine");
    await rm(join(folder, "import.json"));
    expect(await interlink()).toMatchObject({ code: 1, stderr: expect.stringMatching(/index\.ts already exist/) });
    expect(await text("index.ts")).toBe("mine");
    expect(await readdir(folder)).not.toContain("import.json");
    expect(await interlink("--force")).toMatchObject({ code: 0 });
    expect(await text("index.ts")).toContain("new InterLink(");
  });
});

describe("An import writes no file, and says what to do, if", () => {
  const state = (id: string) =>
    JSON.stringify({
      version: 4,
      resources: [
        {
          ...{ mode: "managed", type: "scaleway_interlink_link", name: "main" },
          instances: [{ attributes: { id: `fr-par/${id}` } }],
        },
      ],
    });

  test("a link of a Terraform state no longer exists", async () => {
    await writeFile(join(root, "x.tfstate"), state(NOWHERE));
    const { code, stderr } = await interlink("--terraform", join(root, "x.tfstate"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/scaleway_interlink_link\.main \(\S+\) no longer exists[\s\S]*-refresh-only/);
    expect(await written()).toEqual(["x.tfstate"]);
  });

  test.each([
    ["the project has no links", [], /there is no InterLink in fr-par, project \S+[\s\S]*--region, --project/],
    ["a named link does not exist", ["--link", "nowhere"], /InterLink "nowhere": no link in fr-par has this name/],
    ["no link has the tag", ["--tag", "blue"], /there is no InterLink in fr-par, .* \(tag blue\)/],
    ["the file does not exist", ["--terraform", "/no/such.tfstate"], /the file does not exist/],
    ["the file is not JSON", ["--pulumiverse", import.meta.filename], /it is not a JSON object/],
    ["two states are given", ["--terraform", "-", "--pulumiverse", "-"], /--terraform and --pulumiverse cannot/],
    [
      "the language does not support dynamic providers",
      ["--language", "yaml", "--host", "dynamic"],
      /TypeScript programs only/,
    ],
  ])("%s", async (_, args, says) => {
    const { code, stderr } = await interlink(...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(says);
    expect(await written()).toEqual([]);
  });

  test("the owner of --from owns none of the links and policies", async () => {
    await network("line");
    expect(await interlink("--from", "net/prod")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/none of these links and policies is owned by net\/prod/),
    });
    expect(await written()).toEqual([]);
  });

  test.each(["/links", "/routing-policies"])("the API key may not read %s", async (path) => {
    await network("line", { policies: [policy("v4")] });
    const body = { type: "permissions_denied", message: "no", details: [{ resource: "interlink", action: "read" }] };
    control.addFault({ method: "GET", path, kind: "status", status: 403, effect: false, body });
    const { code, stderr } = await interlink();
    expect(code).toBe(1);
    expect(stderr).toMatch(/permissions_denied[\s\S]*add the permission named above to the IAM policy/);
    expect(await written()).toEqual([]);
  });
});

test("An import works even if partners cannot be read", async () => {
  await network("line");
  control.addFault({
    ...{ method: "GET", path: "/partners", kind: "status", status: 403, effect: false, times: 9 },
    body: { message: "no" },
  });
  const { code, stderr } = await interlink();
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/The partners of fr-par could not be read/),
  });
  expect(await unchangedResources()).toEqual(["InterLink line"]);
});
