import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, join, relative } from "node:path";
import { promisify } from "node:util";
import type { OutputMap } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { startSimulator } from "../../simulator/index.ts";
import { exampleConfig, exampleProgram } from "../../tools/example-program.ts";
import { enginePath, pulumiCli, repoRoot } from "../../tools/pulumi-cli.ts";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { deployment, INSTANT } from "./harness.ts";

// The unchanged examples and the template: ordered, continued when the partner has provisioned the link, destroyed.
// redundant.test.ts covers examples/redundant.
const simulator = await startSimulator({
  partner: { deprovisionAfterSeconds: 0 },
  secretKey: SECRET_KEY,
  selfHostedNeedsSession: false,
});
const { control, seed } = simulator;
const run = promisify(execFile);
/** A router's SSH port. The replacement for @pulumi/command's plugin does not use it, but the port must accept connections. */
const ssh = createServer();
beforeAll(() => new Promise<void>((resolve) => ssh.listen(0, "127.0.0.1", resolve)));
afterAll(() => ssh.close());
afterAll(() => simulator.stop());
beforeEach(() => {
  control.reset();
  seed.vpc({ name: "production" });
});

interface Example {
  folder: string;
  /** Stack configuration. A function is called after `before`. */
  config: Record<string, string> | (() => Record<string, string>);
  /** Creates objects and sets the partner before the first run. */
  before?(): unknown;
  /** Number of links that the first run orders. */
  orders: number;
  /** Outputs of the first run. Secrets are `[secret]`. */
  day0: object;
  /** Actions of other parties before the second run. If omitted, the first run leaves an empty preview. */
  meanwhile?(): void;
  /** Outputs of the second run. */
  done?: object;
}

const ROUTER_KEY = "the private key of netops";
const json = (value: unknown) => JSON.stringify(value);
const common = {
  ...{ vpc: "production", bandwidthMbps: "50" },
  ...{ ipv4In: json(["10.10.0.0/16"]), ipv4Out: json(["172.16.0.0/22"]) },
};
const hosted = { ...common, pop: "TH2", partner: "FranceIX" };
/** Without `ipv4Out`, the VPC's own prefixes are advertised. */
const { ipv4Out: _, ...withoutOut } = hosted;
const pair = {
  ...{ ...common, dialect: "frr" },
  primary: json({ pop: "TH2", partner: "FranceIX", interface: "eth1" }),
  secondary: json({ pop: "DC3", partner: "FreePro", interface: "eth2" }),
};
const ask = (partner: string) =>
  expect.stringMatching(new RegExp(`^By \\d+ \\w+, give the pairing key to ${partner}: .+@.+, https://.+\\.$`));
const askBoth = { primary: ask("FranceIX"), secondary: ask("FreePro") };
const open = "Nothing to do: route propagation is enabled.";
const bothOpen = {
  primary: "Nothing to do: the link is Active and route propagation is enabled.",
  secondary: "Nothing to do: the link is Active and route propagation is enabled.",
};
const partnersProvision = () => {
  for (const { id } of control.snapshot().links) control.provision(id);
};

const examples: Example[] = [
  {
    folder: "examples/hosted",
    config: withoutOut,
    before: () => control.setPartner(INSTANT), // one run is then enough
    orders: 1,
    day0: { status: "active", nextStep: open, pairingKey: "[secret]", routesOpen: true },
  },
  {
    folder: "examples/self-hosted",
    config: { ...common, connection: "rack-a1", peerAsn: "65010", vlan: "2100" },
    before: () => seed.dedicatedConnection({ name: "rack-a1", popId: POP.TH2 }),
    orders: 1,
    day0: {
      status: "ready",
      nextStep: expect.stringMatching(/^Configure your router/),
      router: { vlan: 2100, scaleway: { asn: 12876 }, yours: { asn: 65010 } },
      routesOpen: false,
    },
    meanwhile: () => control.configureRouter(control.snapshot().links[0]?.id ?? ""),
    done: { status: "active", nextStep: open, routesOpen: true },
  },
  {
    folder: "examples/day0-defer",
    config: hosted,
    orders: 1,
    day0: {
      done: false,
      pending: {
        vpc: "the link is Requesting, not Active",
        routes: "the link is Requesting, not Active, no VPC is attached",
      },
      nextStep: ask("FranceIX"),
      pairingKey: "[secret]",
    },
    meanwhile: partnersProvision,
    done: { done: true, pending: {}, nextStep: open },
  },
  {
    folder: "examples/redundant-two-partners",
    config: pair,
    orders: 2,
    day0: {
      health: "provisioning",
      nextSteps: askBoth,
      pairingKeys: "[secret]",
      routers: {
        primary: expect.stringMatching(/interface eth1\.[\s\S]*12876:42200/),
        secondary: "The partner's router is Scaleway's BGP peer: there is nothing to configure on yours.",
      },
    },
    meanwhile: partnersProvision,
    done: { health: "redundant", nextSteps: bothOpen },
  },
  {
    folder: "examples/adopt-existing",
    config: () => ({ ...hosted, linkId: control.snapshot().links[0]?.id ?? "", policy: "our-routes" }),
    before: openLinkInConsole,
    orders: 0,
    day0: { status: "active", routesOpen: true },
  },
  {
    folder: "examples/customer-router",
    config: () => ({
      ...pair,
      // An L2 partner for both links, because the customer's router is the peer only with L2.
      secondary: json({ pop: "DC3", partner: "FranceIX", interface: "eth2" }),
      router: json({
        ...(ssh.address() as { port: number }),
        host: "127.0.0.1",
        user: "netops",
        hostKey: "ssh-ed25519",
      }),
      routerKey: ROUTER_KEY,
    }),
    orders: 2,
    day0: {
      health: "provisioning",
      nextSteps: { primary: ask("FranceIX"), secondary: ask("FranceIX") },
      sessions: { "interlink-primary-ipv4": "up", "interlink-secondary-ipv4": "up" },
    },
    meanwhile: partnersProvision,
    done: { health: "redundant", nextSteps: bothOpen },
  },
];

test.each(examples)("The example $folder works from the order to destroy", live);

test("A project that `pulumi new` creates from templates/redundant-interlink works from the order to destroy", async () => {
  const template = "templates/redundant-interlink";
  // Inside this repository, so that `pulumi-scaleway-interlink` resolves as it does for users.
  const place = join(repoRoot, ".cache", `new-${process.pid}`);
  const folder = join(place, "my-line");
  const { template: asked } = parse(await readFile(join(repoRoot, template, "Pulumi.yaml"), "utf8"));
  const given = { vpc: "production", ipv4In: "10.10.0.0/16, 10.20.0.0/16", ipv4Out: "172.16.0.0/22" };
  const defaults = Object.entries<{ default?: string }>(asked.config).flatMap(([key, { default: value }]) =>
    value === undefined ? [] : [[key, value]],
  );
  try {
    const { command } = await pulumiCli();
    const options = ["--generate-only", "--yes", "--offline", "--name", "my-line", "--dir", folder];
    await run(command, ["new", join(repoRoot, template), ...options], {
      env: { ...process.env, PULUMI_HOME: join(place, "home"), PULUMI_SKIP_UPDATE_CHECK: "true" },
    }).catch((error) => {
      // The project already exists then: only the last step fails, because a CLI built from source has no language host.
      if (!/no language plugin 'pulumi-language-nodejs'/.test(error.stderr)) throw error;
    });
    await run("tsc", ["-p", folder]);
    const { dependencies } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const { name, version } = JSON.parse(await readFile(join(repoRoot, "package.json"), "utf8"));
    expect(dependencies[name]).toBe(`^${version}`);
    await live({
      folder: relative(repoRoot, folder),
      config: { ...Object.fromEntries(defaults), ...given },
      orders: 2,
      day0: { health: "provisioning", nextSteps: askBoth, pairingKeys: "[secret]" },
      meanwhile: partnersProvision,
      done: { health: "redundant", nextSteps: bothOpen },
    });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
});

/** Takes a stack through its life with the real engine. */
async function live({ folder, config, before, orders, day0, meanwhile, done }: Example): Promise<void> {
  await before?.();
  const { projectName, program } = exampleProgram(folder);
  const stack = await deployment({
    ...{ shared: simulator, projectName, program },
    config: exampleConfig(projectName, {
      "scaleway:apiUrl": simulator.url,
      "scaleway:secretKey": SECRET_KEY,
      "scaleway:projectId": simulator.projectId,
      ...(typeof config === "function" ? config() : config),
    }),
    env: { PATH: [enginePath(), join(import.meta.dirname, "command-plugin")].join(delimiter) },
  });
  // Each Pulumi.yaml has `options: { refresh: always }`.
  const refreshing = { refresh: true };
  const deployed = async () => {
    await stack.up(refreshing);
    return shown(await stack.outputs());
  };
  try {
    control.clearRequests();
    expect(await deployed()).toMatchObject(day0);
    const ordered = control.requests().filter(({ method, path }) => method === "POST" && /\/links$/.test(path));
    expect(ordered).toHaveLength(orders);
    if (meanwhile === undefined) await stack.preview({ expectNoChanges: true });
    meanwhile?.();
    if (done) expect(await deployed()).toMatchObject(done);
    expect(control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, withdrawals: [], unhandled: [] });
    expect((await stack.texts()).filter(({ text }) => text.includes(ROUTER_KEY))).toEqual([]);
    await stack.destroy(refreshing);
    expect(control.snapshot().links).toEqual([]);
    expect(await stack.state()).toEqual([]);
    expect(control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0 });
  } finally {
    await stack.end();
  }
}

/** Outputs as the CLI shows them. */
const shown = (outputs: OutputMap) =>
  Object.fromEntries(Object.entries(outputs).map(([name, { value, secret }]) => [name, secret ? "[secret]" : value]));

/** A link that a person ordered and configured, with route propagation. */
async function openLinkInConsole(): Promise<void> {
  const where = { project_id: simulator.projectId, pop_id: POP.TH2, partner_id: PARTNER.franceIX };
  const link = seed.link({ ...where, name: "ordered-in-the-console", bandwidth_mbps: 50, provisioned: true });
  const policy = seed.routingPolicy({ name: "our-routes", prefixFilterIn: ["10.10.0.0/16"] });
  const steps = {
    "attach-vpc": { vpc_id: control.snapshot().vpcs[0]?.id },
    "attach-routing-policy": { routing_policy_id: policy.id },
    "enable-route-propagation": {},
  };
  for (const [step, body] of Object.entries(steps)) {
    const response = await fetch(`${simulator.url}/interlink/v1beta1/regions/fr-par/links/${link.id}/${step}`, {
      method: "POST",
      headers: { "x-auth-token": SECRET_KEY, "content-type": "application/json" },
      body: json(body),
    });
    expect(response.status).toBe(200);
  }
}
