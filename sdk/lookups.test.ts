import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.ts";
import { PARTNER, POP, PROJECT, SECRET_KEY } from "../test/world.ts";
import * as sdk from "./index.ts";

const simulator: Simulator = await startSimulator({ projectId: PROJECT, secretKey: SECRET_KEY });
const { seed, control } = simulator;
afterAll(() => simulator.stop());

beforeEach(async () => {
  control.reset();
  for (const name of Object.keys(process.env).filter((name) => name.startsWith("SCW_"))) vi.stubEnv(name, undefined);
  vi.stubEnv("SCW_CONFIG_PATH", "/dev/null");
  configure({ secretKey: SECRET_KEY, apiUrl: simulator.url });
  await registerWithoutEngine();
});
/** Registers resources without an engine, but hides the mocks from lookups, so that they call the simulator. */
async function registerWithoutEngine() {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: () => ({}),
  });
  const monitor = pulumi.runtime.getMonitor() as object;
  pulumi.runtime.setMockOptions(
    new Proxy(monitor, {
      get(target, key) {
        const member = Reflect.get(target, key);
        if (key === "mocks") return undefined;
        return typeof member === "function" ? member.bind(target) : member;
      },
    }),
  );
}
afterEach(() => vi.unstubAllEnvs());

/** Stack configuration, as `pulumi config set` stores it: the key as a secret. */
function configure(values: Record<string, string>) {
  const all = Object.fromEntries(Object.entries(values).map(([key, value]) => [`scaleway:${key}`, value]));
  pulumi.runtime.setAllConfig(all, ["scaleway:secretKey"]);
}

/** Runs a program as the engine does. */
async function inRun<T>(program: () => Promise<T>): Promise<T> {
  const results: T[] = [];
  await pulumi.runtime.runInPulumiStack(async () => {
    results.push(await program());
  });
  return results[0] as T;
}

/** The value of an Output (`unknown` if a preview does not know it), and whether it is a secret. */
async function settled<T>(output: pulumi.Output<T>) {
  const { promise, isKnown, isSecret } = output as unknown as Record<"isKnown" | "isSecret", Promise<boolean>> & {
    promise(): Promise<T>;
  };
  return { value: (await isKnown) ? await promise.call(output) : "unknown", secret: await isSecret };
}

const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error("no error"),
    (error: Error) => error,
  );
const requests = () => control.requests().map(({ path }) => path.replace(/^.*\/regions\//, ""));

/** Every lookup with its Output and list variants, and the name of an existing object. */
const LOOKUPS = [
  ["partner", sdk.getPartner, sdk.getPartnerOutput, sdk.getPartners, sdk.getPartnersOutput, "FranceIX"],
  ["PoP", sdk.getPop, sdk.getPopOutput, sdk.getPops, sdk.getPopsOutput, "DC3"],
  [
    "dedicated connection",
    ...[sdk.getDedicatedConnection, sdk.getDedicatedConnectionOutput],
    ...[sdk.getDedicatedConnections, sdk.getDedicatedConnectionsOutput],
    "there",
  ],
  ["InterLink", sdk.getInterLink, sdk.getInterLinkOutput, sdk.getInterLinks, sdk.getInterLinksOutput, "there"],
  [
    "routing policy",
    ...[sdk.getRoutingPolicy, sdk.getRoutingPolicyOutput, sdk.getRoutingPolicies, sdk.getRoutingPoliciesOutput],
    "there",
  ],
  ["VPC", sdk.getVpc, sdk.getVpcOutput, sdk.getVpcs, sdk.getVpcsOutput, "there"],
] as [
  string,
  (filter: { name: string }) => Promise<{ id: string; name: string }>,
  (filter: { name: pulumi.Input<string> }) => pulumi.Output<{ id: string; name: string }>,
  (filter?: { name: string }) => Promise<{ id: string; name: string }[]>,
  (filter?: { name: pulumi.Input<string> }) => pulumi.Output<{ id: string; name: string }[]>,
  string,
][];

const order = (name: string) =>
  seed.link({ name, pop_id: POP.TH2, partner_id: PARTNER.franceIX, bandwidth_mbps: 50, tags: ["kept"] });

function seedAll() {
  seed.vpc({ name: "there" });
  seed.routingPolicy({ name: "there" });
  seed.dedicatedConnection({ name: "there", popId: POP.DC3 });
  return order("there");
}

test.each(LOOKUPS)(
  "Lookups of a %s find one and all, by promise and by Output",
  async (_, one, oneOutput, all, allOutput, name) => {
    seedAll();
    const found = await one({ name });
    expect(found.name).toBe(name);
    expect(await settled(oneOutput({ name: pulumi.output(name) }))).toEqual({ value: found, secret: false });
    expect(await all({ name })).toEqual([found]);
    expect(await settled(allOutput({ name: Promise.resolve(name) }))).toEqual({ value: [found], secret: false });
    expect(await all()).toContainEqual(found);
    expect((await settled(allOutput())).value).toEqual(await all());
  },
);

test.each(LOOKUPS)("Looking up a %s that does not exist is an error without a stack trace", async (what, one) => {
  seedAll();
  const error = await failure(one({ name: "nobody" }));
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  expect(error.message).toMatch(new RegExp(`no ${what} named nobody in fr-par; available: \\w`));
});

test("A lookup by Output is unknown and makes no call while a part of its filter is unknown", async () => {
  const unknown = new (pulumi.Output as unknown as new (...args: unknown[]) => pulumi.Output<string>)(
    ...[
      new Set(),
      Promise.resolve(undefined),
      Promise.resolve(false),
      Promise.resolve(false),
      Promise.resolve(new Set()),
    ],
  );
  expect(await settled(sdk.getPopOutput({ name: "DC3", partnerId: unknown }))).toEqual({
    value: "unknown",
    secret: false,
  });
  expect(requests()).toEqual([]);
});

test("A lookup with a missing setting as its filter does not return the only VPC", async () => {
  seed.vpc({ name: "somebody's" });
  const filter = { name: new pulumi.Config("shop").get("vpc") } as Parameters<typeof sdk.getVpc>[0];
  const error = await failure(sdk.getVpc(filter));
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  expect(error.message).toContain("the filter is empty");
});

test("A lookup by Output accepts Outputs in lists, and is secret if its filter is secret", async () => {
  const popIds = [pulumi.output(POP.TH2), pulumi.secret(POP.DC3)];
  const { value, secret } = await settled(sdk.getPartnersOutput({ popIds }));
  expect(value).toHaveLength(2);
  expect(secret).toBe(true);
});

test("No lookup of a link shows its pairing key", async () => {
  const key = seedAll().partner?.pairing_key;
  const found = [
    await sdk.getInterLink({ name: "there" }),
    await sdk.getInterLinks(),
    (await settled(sdk.getInterLinkOutput({ name: "there" }))).value,
    (await settled(sdk.getInterLinksOutput())).value,
  ];
  expect(JSON.stringify(found)).toContain("there");
  expect(JSON.stringify(found)).not.toContain(key);
});

test("Equal lookups share one request within a run, and not with another run", async () => {
  const program = async () => {
    const [first, second] = await Promise.all([sdk.getPop({ name: "TH2" }), sdk.getPop({ name: "TH2" })]);
    const third = await settled(sdk.getPopOutput({ name: pulumi.output("DC3") }));
    expect(second).toEqual(first);
    return [first, third.value];
  };
  const first = await inRun(program);
  expect(requests()).toEqual(["fr-par/pops"]);
  expect(await inRun(program)).toEqual(first);
  expect(requests()).toEqual(["fr-par/pops", "fr-par/pops"]);
});

test("A lookup sees what has changed since an earlier run", async () => {
  const count = () => inRun(async () => (await sdk.getVpcs({ name: "new" })).length);
  expect(await count()).toBe(0);
  seed.vpc({ name: "new" });
  expect(await count()).toBe(1);
});

test("Lookups outside of a run are not cached", async () => {
  await sdk.getPop({ name: "TH2" });
  await sdk.getPop({ name: "TH2" });
  expect(requests()).toEqual(["fr-par/pops", "fr-par/pops"]);
});

test("A failed lookup is not cached", async () => {
  control.addFault({ kind: "status", status: 403, times: 1 });
  await inRun(async () => {
    expect((await failure(sdk.getPartners())).message).toContain("looking up partners in fr-par: ");
    expect(await sdk.getPartners()).toHaveLength(2);
  });
});

test("Lookups prefer stack configuration to the environment, and the environment to the config file", async () => {
  configure({ secretKey: SECRET_KEY, apiUrl: simulator.url, region: "nl-ams" });
  vi.stubEnv("SCW_DEFAULT_REGION", "it-mil");
  expect((await sdk.getPops()).map(({ region }) => region)).toEqual(["nl-ams"]);
  configure({});
  vi.stubEnv("SCW_API_URL", simulator.url);
  vi.stubEnv("SCW_SECRET_KEY", SECRET_KEY);
  expect((await sdk.getPops()).map(({ region }) => region)).toEqual(["it-mil"]);
});

test("No error of a lookup shows a key that is wrong, refused or missing", async () => {
  const wrong = SECRET_KEY.replace("9", "8");
  configure({ secretKey: wrong, apiUrl: simulator.url });
  const refused = await failure(sdk.getPops());
  configure({ secretKey: "not-a-uuid-at-all", apiUrl: simulator.url });
  const malformed = await failure(sdk.getPops());
  configure({ apiUrl: simulator.url });
  const missing = await failure(sdk.getPops());
  expect(refused.message).toContain("check the secret key");
  expect(malformed.message).toContain("the secret key from stack config scaleway:secretKey is not a UUID");
  expect(missing.message).toContain("no secret key was found");
  const texts = [refused, malformed, missing].map(
    (error) => `${error.message} ${error.stack} ${JSON.stringify(error)}`,
  );
  expect(texts.join()).not.toMatch(new RegExp(`${wrong}|not-a-uuid-at-all`));
});

test.each(LOOKUPS)("Under Pulumi's mocks, lookups of a %s call the mocks and not the API", async (...lookups) => {
  const [, one, oneOutput, all, allOutput] = lookups;
  const asked: pulumi.runtime.MockCallArgs[] = [];
  const mocked = { id: "mocked", name: "mocked" };
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: (args) => {
      asked.push(args);
      return args.token.endsWith(all.name) ? [mocked] : mocked;
    },
  });
  const program = async () => [
    await one({ name: "any" }),
    (await settled(oneOutput({ name: pulumi.output("any") }))).value,
    await all({ name: "any" }),
    (await settled(allOutput())).value,
  ];
  // A test of a whole program also has a root stack.
  for (const found of [await program(), await inRun(program)]) {
    expect(found).toEqual([mocked, mocked, [mocked], [mocked]]);
  }
  const tokens = [one, one, all, all].map(({ name }) => `scaleway-interlink:index:${name}`);
  expect(asked.map(({ token }) => token)).toEqual([...tokens, ...tokens]);
  expect(asked[0]?.inputs).toEqual({ name: "any" });
  expect(requests()).toEqual([]);
});

test("A lookup fails with the error of its mock", async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: () => {
      throw new Error("no such mock");
    },
  });
  expect((await failure(sdk.getPop({ name: "TH2" }))).message).toBe("no such mock");
});

test("Importing the package loads no API code; the first lookup loads it, and the first call loads the HTTP client", async () => {
  const loads = (...files: string[]) => `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    for (const file of ${JSON.stringify(files)}) await import(file);
    console.log(JSON.stringify(loaded.map((url) => /.*node_modules.((?:@[^/]+.)?[^/]+)/.exec(url)?.[1])));`;
  const packagesOf = async (...files: string[]): Promise<string[]> => {
    const paths = files.map((file) => join(import.meta.dirname, file));
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", loads(...paths)]);
    return [...new Set<string>(JSON.parse(stdout))].filter(Boolean);
  };
  const imported = await packagesOf("index.ts");
  expect(imported).toContain("@pulumi/pulumi");
  expect(imported.filter((name) => ["undici", "zod", "yaml"].includes(name))).toEqual([]);
  const functions = await packagesOf("index.ts", "../provider/functions/index.ts");
  expect(functions).toEqual(expect.arrayContaining(["zod", "yaml"]));
  expect(functions).not.toContain("undici");
  expect(await packagesOf("../provider/api/dispatcher.ts")).toContain("undici");
}, 60_000);
