import { ComponentResource } from "@pulumi/pulumi";
import {
  InterLink,
  type InterLinkArgs,
  RoutePropagation,
  RoutingPolicy,
  VpcAttachment,
} from "pulumi-scaleway-interlink";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Fault, type Simulator, startSimulator } from "../../simulator/index.ts";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { type Deployment, type DeploymentOptions, deployment, INSTANT } from "./harness.ts";

// Each mistake of a user leads to one clear message that names the resource, the input and the remedy.
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ partner: INSTANT, secretKey: SECRET_KEY });
});

afterEach(() => simulator.control.clearFaults());
afterAll(async () => {
  await common?.end();
  await simulator.stop();
});

const good: InterLinkArgs = { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 };
const ordering = (change: Partial<Record<keyof InterLinkArgs, unknown>>) => () => {
  new InterLink("primary", { ...good, ...change } as InterLinkArgs);
};
const policy = (prefix: string) => () => {
  new RoutingPolicy("mine", { prefixFilterIn: [prefix] });
};

interface Case extends DeploymentOptions {
  what: string;
  /** Texts that the error must contain. */
  says: string[];
  faults?: Fault[];
}

/** A fault that answers every call of a method with an error body of the API. */
const answering = (status: number, type: string, more: object = {}, method?: Fault["method"]): Fault[] => [
  {
    kind: "status",
    status,
    body: { type, message: "refused by the API", ...more },
    times: 100,
    ...(method && { method }),
  },
];
const UNKNOWN_KEY = "12345678-8888-4777-8666-555555555555";

const inputs: Case[] = [
  { what: "a malformed region", program: ordering({ region: "us-east" }), says: ["region", "fr-par"] },
  { what: "a malformed UUID", program: ordering({ popId: "th2" }), says: ["popId", '"th2"', "give a UUID"] },
  {
    what: "both partnerId and connectionId",
    program: ordering({ connectionId: POP.TH2 }),
    says: ["connectionId", "either partnerId (hosted) or connectionId (self-hosted), not both"],
  },
  {
    what: "neither partnerId nor connectionId",
    program: ordering({ partnerId: undefined }),
    says: ["partnerId", "for a self-hosted one give connectionId"],
  },
  {
    what: "a bandwidth that the PoP does not offer",
    program: ordering({ popId: POP.DC2, bandwidthMbps: 2000 }),
    says: ["bandwidthMbps", "DC2", "offers 50, 100, 200, 500, 1000, 5000, 10000 Mbps, not 2000"],
  },
  {
    what: "an unknown PoP",
    program: ordering({ popId: PARTNER.franceIX }),
    says: ["popId", "Available: DC2"],
  },
  {
    what: "an unknown input",
    program: ordering({ bandwidth: 50 } as object),
    says: ["property bandwidth ", "unknown input", "bandwidthMbps"],
  },
  {
    what: "a regional id of another region",
    program: ordering({ popId: `nl-ams/${POP.TH2}`, region: "fr-par" }),
    says: ["popId", "is in nl-ams, but this resource is in fr-par"],
  },
  {
    what: "a prefix with host bits",
    program: policy("10.0.0.1/16"),
    says: ["prefixFilterIn", '"10.0.0.1/16" has host bits set', "10.0.0.0/16"],
  },
  { what: "a malformed prefix", program: policy("ten/8"), says: ["prefixFilterIn", '"ten/8"'] },
  {
    what: "an unknown VPC",
    program: () => {
      const link = new InterLink("vpcless", good);
      new VpcAttachment("vpc", { linkId: link.id, vpcId: POP.TH2 });
    },
    says: ["vpcId", `there is no VPC ${POP.TH2}`, "fr-par", "check vpcId"],
  },
];

const settings: Case[] = [
  {
    what: "no credentials",
    program: ordering({}),
    env: { SCW_SECRET_KEY: "" },
    says: [
      "no secret key was found",
      "scaleway:secretKey, SCW_SECRET_KEY, secret_key in /dev/null",
      "pulumi config set",
    ],
  },
  {
    what: "a malformed secret key",
    program: ordering({}),
    env: { SCW_SECRET_KEY: `not-a-key-${UNKNOWN_KEY}` },
    says: ["the secret key from SCW_SECRET_KEY is not a UUID", "copy it again"],
  },
  {
    what: "no project",
    program: ordering({}),
    env: { SCW_DEFAULT_PROJECT_ID: "" },
    says: ["no project id was found", "scaleway:projectId, SCW_DEFAULT_PROJECT_ID"],
  },
  {
    what: "a malformed region in the configuration",
    program: ordering({}),
    config: { "scaleway:region": { value: "us-east" } },
    says: ['the region "us-east" from stack config scaleway:region', "use a region such as fr-par"],
  },
  {
    what: "an API URL that would send the key unencrypted",
    program: ordering({}),
    env: { SCW_API_URL: "http://api.example" },
    says: ["the API URL from SCW_API_URL is neither an https URL nor an http URL on this machine"],
  },
];

const answers: Case[] = [
  {
    what: "an unreachable API",
    program: ordering({}),
    env: { SCW_API_URL: "http://127.0.0.1:9" },
    says: [
      'ordering InterLink "primary"',
      "unreachable",
      "check the network, TLS certificates, HTTPS_PROXY and the API URL",
    ],
  },
  {
    what: "an answer 401",
    program: ordering({}),
    env: { SCW_SECRET_KEY: UNKNOWN_KEY },
    says: ['ordering InterLink "primary"', "401 denied_authentication", "not_found", "check the secret key"],
  },
  {
    what: "an answer 403 with details",
    program: ordering({}),
    faults: answering(403, "permissions_denied", { details: [{ resource: "interlink", action: "write" }] }, "POST"),
    says: ['ordering InterLink "primary"', 'resource "interlink", action "write"', "IAM policy"],
  },
  {
    what: "an answer 403 with details for a policy",
    program: policy("10.0.0.0/16"),
    faults: answering(403, "permissions_denied", { details: [{ resource: "interlink", action: "write" }] }, "POST"),
    says: ['creating RoutingPolicy "mine"', 'resource "interlink", action "write"', "IAM policy"],
  },
  {
    what: "an exceeded quota",
    program: ordering({}),
    faults: answering(403, "quotas_exceeded", { details: [{ resource: "links", quota: 2, current: 2 }] }, "POST"),
    says: ['ordering InterLink "primary"', 'resource "links", quota 2, current 2', "request a higher quota"],
  },
  {
    what: "an answer out_of_stock",
    program: ordering({}),
    faults: answering(503, "out_of_stock", { resource: "link" }, "POST"),
    says: ['ordering InterLink "primary"', "out_of_stock", "choose another PoP or bandwidth"],
  },
  {
    what: "a policy of the other family",
    program: () => {
      const link = new InterLink("crossed", good);
      const attachment = new VpcAttachment("vpc", {
        linkId: link.id,
        vpcId: simulator.seed.vpc({ name: "crossed" }).id,
      });
      const ipv6 = new RoutingPolicy("six", { prefixFilterIn: ["2001:db8::/32"] });
      new RoutePropagation("routes", { linkId: attachment.linkId, routingPolicyV4Id: ipv6.id });
    },
    says: ["routingPolicyV4Id is six", "an IPv6 policy", "set it as routingPolicyV6Id instead"],
  },
];

// A preview reports all that it can know; up reports the rest.
test.each(inputs)("A preview fails with one clear error for $what", (one) => fails(one, "previewFails"));
// Without a key a preview uses the last known state; only up fails.
test.each(settings.slice(1))("A preview fails with one clear error for $what", (one) => fails(one, "previewFails"));
test.each(settings.slice(0, 1))("An up fails with one clear error for $what", (one) => fails(one, "upFails"));
test.each(answers)("An up fails with one clear error for $what", (one) => fails(one, "upFails"));

/** Shared by cases that differ only in their programs. */
let common: Deployment | undefined;

async function fails({ says, faults = [], ...options }: Case, how: "previewFails" | "upFails") {
  const shares = options.env === undefined && options.config === undefined;
  const stack = (shares && common) || (await deployment({ shared: simulator, ...options }));
  if (shares) common = stack;
  if (options.program) stack.program(options.program);
  for (const fault of faults) simulator.control.addFault(fault);
  const { output } = await stack[how]();
  expectOneClearError(output, says);
  await expectNothingUnknown(stack);
  if (simulator.control.snapshot().links.length > 0) await stack.destroy();
  if (!shares) await stack.end();
}

function expectOneClearError(output: string, says: string[]) {
  const diagnostics = output.slice(output.indexOf("Diagnostics:"));
  const errors = [...diagnostics.matchAll(/^ +error: (?!update failed)(.+(?:\n {6,}.+)*)/gm)].map(([text]) => text);
  expect(errors, output).toHaveLength(1);
  for (const part of says) expect(errors[0], output).toContain(part);
  expect(output, "the resource is named").toMatch(/\((primary|mine|vpc|routes)\):/);
  expectNoLitter(output);
}

function expectNoLitter(output: string) {
  expect(output).not.toMatch(/\n\s+at .+:\d+/);
  expect(output).not.toMatch(/node:internal|undefined|\[object Object\]/);
  for (const secret of [SECRET_KEY, UNKNOWN_KEY]) expect(output).not.toContain(secret);
}

/** All live objects are in the state, so that nothing is billed without being known. */
async function expectNothingUnknown(stack: Deployment) {
  const known = (await stack.state()).map(({ id }) => id);
  const { links, routingPolicies } = simulator.control.snapshot();
  for (const { id } of [...links, ...routingPolicies]) expect(known).toContain(id);
}

test("An up fails if two links have one name under different parents", async () => {
  const stack = await deployment({
    shared: simulator,
    program: () => {
      const [one, two] = ["one", "two"].map((name) => new ComponentResource("test:index:Site", name));
      if (one) new InterLink("primary", good, { parent: one });
      if (two) new InterLink("primary", good, { parent: two });
    },
  });
  try {
    const { output } = await stack.upFails();
    expect(output).toContain('This program has two InterLinks named "primary", under different parents');
    expect(output).toContain("Give them different names");
    expectNoLitter(output);
    await expectNothingUnknown(stack);
    expect(simulator.control.snapshot().links.length).toBeLessThan(2);
    await stack.destroy();
  } finally {
    await stack.end();
  }
});

test("A preview without an API warns once for all resources and uses the last known state", async () => {
  const program = () => {
    for (const [name, popId] of [
      ["primary", POP.TH2],
      ["secondary", POP.DC3],
    ] as const) {
      new InterLink(name, { ...good, popId });
    }
    new RoutingPolicy("mine", { prefixFilterIn: ["10.0.0.0/16"] });
  };
  const stack = await deployment({ shared: simulator, program });
  await stack.up();
  const offline = await deployment({
    shared: simulator,
    folder: stack.folder,
    program,
    env: { SCW_API_URL: "http://127.0.0.1:9" },
  });
  const { changes, output } = await offline.preview();
  expect(changes).toEqual({});
  const diagnostics = output.slice(output.indexOf("Diagnostics:"));
  expect(diagnostics.match(/warning:/g)).toHaveLength(1);
  expect(diagnostics).toContain("so this run uses the last known state and");
  await stack.destroy();
  await stack.end();
  expect(simulator.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
});

test("The option `import` fails the preview and points to adoptId", async () => {
  const stack = await deployment({
    shared: simulator,
    program: () => {
      new InterLink("primary", good, { import: "c533d379-a8c5-43f4-a7cc-ef3d25d2a047" });
    },
  });
  const { output } = await stack.previewFails();
  expect(output).toContain('InterLink "primary" can\'t be imported. Remove the option `import`, and adopt the link');
  expect(output).toContain("`adoptId`");
  expectNoLitter(output);
  await expectNothingUnknown(stack);
  await stack.end();
});
