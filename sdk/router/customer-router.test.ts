import { createServer } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { paris } from "../../test/router/configs.ts";
import { CustomerRouter, type CustomerRouterArgs, type CustomerRouterLeg } from "./customer-router.ts";

// Under Pulumi's mocks the component registers its command, and nothing runs. test/router runs the commands.
let registered: MockResourceArgs[];
beforeEach(async () => {
  registered = [];
  await mocked(false);
});

async function mocked(preview: boolean) {
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        registered.push(args);
        const stdout = "made eth1.2386\nsession interlink-paris-ipv4 up\nsession interlink-paris-ipv6 down\n";
        return { id: args.name, state: { ...args.inputs, stdout } };
      },
      call: ({ inputs }) => inputs,
    },
    "project",
    "stack",
    preview,
  );
}

/**
 * A failed input fails all outputs of its resource, as unhandled rejections that Pulumi prints once each. Vitest would
 * fail the run because of them, so this collects them instead.
 */
const failures = new Set<unknown>();
const gather = (error: unknown) => failures.add(error);
const vitestListeners = process.listeners("unhandledRejection");
beforeAll(() => {
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", gather);
});
afterEach(async () => {
  await new Promise(setImmediate);
  expect(failures.size).toBeLessThanOrEqual(1);
  failures.clear();
});
afterAll(() => {
  process.removeListener("unhandledRejection", gather);
  for (const listener of vitestListeners) process.on("unhandledRejection", listener);
});

/** A host that answers, and one that does not. */
const server = createServer().listen(0, "127.0.0.1");
const { port } = await new Promise<{ port: number }>((resolve) =>
  server.once("listening", () => resolve(server.address() as { port: number })),
);
afterAll(() => server.close());
const answers = { host: "127.0.0.1", port };
const closed = await new Promise<{ host: string; port: number }>((resolve) => {
  const once = createServer().listen(0, "127.0.0.1", () => {
    const { port } = once.address() as { port: number };
    once.close(() => resolve({ host: "127.0.0.1", port }));
  });
});

const leg: CustomerRouterLeg = {
  name: "paris",
  interface: "eth1",
  link: { vlan: pulumi.output(2386), scwBgpConfig: pulumi.output(paris.scw), peerBgpConfig: paris.peer },
  announce: [pulumi.output("10.10.0.0/16")],
  preference: "low",
  routingPolicies: { ipv4: { prefixFilterIn: pulumi.output(["10.10.0.0/16"]), prefixFilterOut: ["172.16.0.0/22"] } },
};
const router = (change: Partial<CustomerRouterArgs>) =>
  new CustomerRouter("edge", { dialect: "bird", legs: [leg], ...change });
const settled = <T>(output: pulumi.Output<T>): Promise<T> => (output as unknown as { promise(): Promise<T> }).promise();
const commandOf = (type: string) => registered.find((resource) => resource.type === `command:${type}:Command`)?.inputs;

test("CustomerRouter registers one command for create, update and delete", async () => {
  const { config, sessions } = router({ connection: { ...answers, user: "root" } });
  expect(await settled(sessions)).toEqual({ "interlink-paris-ipv4": "up", "interlink-paris-ipv6": "down" });
  const text = await settled(config);
  expect(text).toContain("bgp_community.add((12876, 42050))");
  const command = commandOf("remote");
  expect(command).toMatchObject({ create: "sh -s apply", update: "sh -s apply", delete: "sh -s remove" });
  expect(command?.stdin).toContain(text);
  expect(command?.connection.value).toEqual({ ...answers, user: "root", perDialTimeout: 10, dialErrorLimit: 3 });
  expect(registered.map(({ type }) => type)).toEqual([
    "scaleway-interlink:index:CustomerRouter",
    "command:remote:Command",
  ]);
});

test("CustomerRouter with local: true runs a local command in the given shell", async () => {
  await settled(router({ local: true, apply: { shell: "sudo -n sh", sessionTimeoutSeconds: 5 } }).sessions);
  expect(commandOf("local")).toMatchObject({ create: "sudo -n sh -s apply", delete: "sudo -n sh -s remove" });
  expect(commandOf("local")?.stdin).toContain(" timeout=5 ");
});

test("The prefix limit of a leg appears in the configuration", async () => {
  const legs = [{ ...leg, prefixLimit: pulumi.output({ prefixes: 500, whenExceeded: "warn" as const }) }];
  expect(await settled(router({ local: true, legs }).config)).toContain("import limit 500 action warn;");
});

test("Changed outputs of a link change the command of CustomerRouter", async () => {
  await settled(router({ local: true }).sessions);
  const before = commandOf("local")?.stdin;
  registered = [];
  const link = { ...leg.link, vlan: 3295 };
  await settled(router({ local: true, legs: [{ ...leg, link }] }).sessions);
  expect(commandOf("local")?.stdin).not.toBe(before);
});

describe("An SSH host that does not answer", () => {
  test("ends `pulumi up` before anything is changed", async () => {
    await expect(settled(router({ connection: closed }).sessions)).rejects.toThrow(
      `reaching router "edge" by SSH at 127.0.0.1:${closed.port}: connect ECONNREFUSED`,
    );
    expect(commandOf("remote")).toBeUndefined();
  });
  test("is no error if a bastion answers", async () => {
    const connection = { host: "router.invalid", proxy: answers };
    await settled(router({ connection }).sessions);
    expect(commandOf("remote")?.connection.value).toMatchObject(connection);
  });
  test.each([
    ["in a preview", true, "fail" as const],
    ["on request", false, "warn" as const],
  ])("is a warning %s", async (_, preview, whenUnreachable) => {
    await mocked(preview);
    const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
    await settled(router({ connection: closed, whenUnreachable }).sessions);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/SSH .*ECONNREFUSED.*Nothing was changed/),
      expect.anything(),
    );
    expect(commandOf("remote")).toBeDefined();
    warn.mockRestore();
  });
});

describe("CustomerRouter refuses before it registers a command", () => {
  const cases: [string, Partial<CustomerRouterArgs>, RegExp][] = [
    [
      "a dialect that can't be pushed",
      { dialect: "junos" as "frr", local: true },
      /"edge": .*junos can be rendered, but not/,
    ],
    ["an unknown dialect", { dialect: "openbgpd" as "frr", local: true }, /unknown dialect "openbgpd"/],
    ["no way to the router", {}, /either connection or local/],
    ["two ways to the router", { local: true, connection: answers }, /either connection or local/],
    ...[0, 1.5, 3601, Number.NaN, "60; reboot" as unknown as number].map(
      (sessionTimeoutSeconds): [string, Partial<CustomerRouterArgs>, RegExp] => [
        `a session timeout of ${sessionTimeoutSeconds}`,
        { local: true, apply: { sessionTimeoutSeconds } },
        /router "edge": apply\.sessionTimeoutSeconds is .*\n.* a whole number of seconds from 1 to 3600/,
      ],
    ),
  ];
  test.each(cases)("%s", (_, change, message) => expect(() => router(change)).toThrow(message));

  const later: [string, Partial<CustomerRouterLeg>, RegExp][] = [
    ["a prefix that Scaleway drops", { announce: ["10.0.0.0/8"] }, /leg "paris": Scaleway would drop 10\.0\.0\.0\/8/],
    ["an unknown preference", { preference: "urgent" as "high" }, /unknown preference "urgent"/],
    [
      "the link of an L3 partner, even before it has addresses",
      { link: { ...leg.link, peerBgpConfig: undefined, l3Connectivity: pulumi.output(true) } },
      /leg "paris": the link has an L3 partner .*peer is the partner's router, not yours\n/,
    ],
    [
      "a link without BGP configuration",
      { link: { ...leg.link, scwBgpConfig: undefined } },
      /router "edge" for leg "paris": the link has no BGP configuration yet\n.*--refresh/,
    ],
  ];
  test.each(later)("%s", async (_, change, message) => {
    await expect(settled(router({ local: true, legs: [{ ...leg, ...change }] }).sessions)).rejects.toThrow(message);
    expect(commandOf("local")).toBeUndefined();
  });
});
