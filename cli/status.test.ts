import { PassThrough } from "node:stream";
import { WriteStream } from "node:tty";
import { stripVTControlCharacters, styleText } from "node:util";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { runCommand, startCommand } from "../test/cli.ts";
import { apiCaller } from "../test/recordings/caller.ts";
import { PARTNER, POP, PROJECT, worldOfFile } from "../test/world.ts";
import { readStatus, type StatusReport } from "./status/link-status.ts";
import { type Screen, watch } from "./status/run.ts";
import { painter, statusTable } from "./status/table.ts";
import { requireOwner } from "./targets.ts";

const { simulator, run, calls, logged, env } = await worldOfFile();
const { control, seed } = simulator;

const plain = (_: unknown, text: string) => text;
const order = (name: string, options: { owner?: string; provisioned?: boolean; partner?: string } = {}) =>
  seed.link({
    name,
    pop_id: POP.TH2,
    bandwidth_mbps: 1000,
    partner_id: options.partner ?? PARTNER.franceIX,
    tags: options.owner ? [`pulumi:${options.owner}#0123456789ab`] : ["mine"],
    provisioned: options.provisioned ?? false,
  });

const call = apiCaller(simulator);

/** A link with a VPC, both policies and route propagation enabled. */
async function live(name: string) {
  const link = order(name, { owner: "network/prod/paris", provisioned: true });
  const vpc = seed.vpc({ name: "backbone" });
  const policies = [
    seed.routingPolicy({ name: "allowed-v4", prefixFilterIn: ["10.0.0.0/8"] }),
    seed.routingPolicy({ name: "allowed-v6", isIpv6: true, prefixFilterIn: ["2001:db8::/32"] }),
  ];
  const post = (action: string, body: object = {}) => call("POST", `links/${link.id}/${action}`, body);
  await post("attach-vpc", { vpc_id: vpc.id });
  for (const { id } of policies) await post("attach-routing-policy", { routing_policy_id: id });
  await post("enable-route-propagation");
  control.clearRequests();
  return { link, vpc, policies };
}

describe("The status", () => {
  test("shows the attached objects of each link by name, and the next step", async () => {
    const { link, vpc, policies } = await live("paris-1");
    const report = await readStatus(run(), "fr-par");
    expect(report).toEqual({ region: "fr-par", projectId: PROJECT, links: [expect.anything()] });
    expect(report.links[0]).toEqual({
      id: link.id,
      name: "paris-1",
      owner: "network/prod/paris",
      kind: "hosted",
      status: "active",
      statusLabel: "Active",
      disapprovedReason: null,
      sessions: { ipv4: "up", ipv6: "up" },
      pop: { id: POP.TH2, name: "- Telehouse TH2" },
      bandwidthMbps: 1000,
      vlan: link.vlan,
      partner: {
        id: PARTNER.franceIX,
        name: "FranceIX",
        contactEmail: expect.stringContaining("@"),
        portalUrl: expect.stringContaining("https://"),
      },
      vpc: { id: vpc.id, name: "backbone" },
      policies: {
        ipv4: { id: policies[0]?.id, name: "allowed-v4" },
        ipv6: { id: policies[1]?.id, name: "allowed-v6" },
      },
      routePropagation: true,
      learnedRoutes: { ipv4: 1, ipv6: 1 },
      blockedBy: [],
      drillSince: null,
      nextStep: "Nothing to do: the link is Active and route propagation is enabled.",
      createdAt: link.created_at,
      updatedAt: expect.any(String),
    });
  });

  test("contains no pairing key, neither as JSON nor as a table", async () => {
    const { partner } = order("paris-1");
    const report = await readStatus(run(), "fr-par");
    expect(partner?.pairing_key).toMatch(/-/);
    expect(JSON.stringify(report) + statusTable(report, plain)).not.toContain(partner?.pairing_key);
  });

  test("names ending the failover drill in progress as the next step, in JSON and in the table", async () => {
    const { link } = await live("paris-1");
    await call("PATCH", `links/${link.id}`, { tags: [...link.tags, "interlink-drill:2026-11-27T04:00:00Z"] });
    const report = await readStatus(run(), "fr-par");
    const text = "A failover drill has been running since 2026-11-27T04:00:00Z: `interlink drill --restore` ends it";
    expect(report.links[0]).toMatchObject({
      drillSince: "2026-11-27T04:00:00Z",
      nextStep: expect.stringContaining(text),
      owner: "network/prod/paris",
    });
    expect(statusTable(report, plain, 300)).toContain(text);
  });

  test("makes one call for each list, however many links there are", async () => {
    await live("paris-1");
    for (let index = 0; index < 20; index++) order(`link-${index}`);
    await readStatus(run(), "fr-par");
    expect(calls().toSorted()).toEqual([
      ...["GET links", "GET partners", "GET pops", "GET routes-with-nexthop", "GET routing-policies", "GET vpcs"],
    ]);
  });

  test("of an owner shows the links of the stack, or of one resource of it", async () => {
    order("a", { owner: "network/prod/paris" });
    order("b", { owner: "network/prod/lyon" });
    order("c", { owner: "network/production/paris" });
    order("d");
    const names = async (owner: string) => (await readStatus(run(), "fr-par", owner)).links.map(({ name }) => name);
    expect(await names("network/prod")).toEqual(["a", "b"]);
    expect(await names("network/prod/lyon")).toEqual(["b"]);
    expect(await names("network")).toEqual(["a", "b", "c"]);
    expect(await names("network/pro")).toEqual([]);
    await expect(requireOwner(run(), "fr-par", "network/pro")).rejects.toThrow(
      /the owner is unknown: .*Available: network\/prod\/lyon, network\/prod\/paris, network\/production\/paris\n/,
    );
  });

  test("leaves out names that cannot be read, and warns once for each kind", async () => {
    const { vpc } = await live("paris-1");
    order("paris-2");
    for (const path of ["/vpcs/", "/partners$"]) {
      control.addFault({ kind: "status", status: 403, times: 1, path });
    }
    const report = await readStatus(run(), "fr-par");
    expect(report.links[0]).toMatchObject({ vpc: { id: vpc.id, name: null }, partner: { name: null } });
    expect(logged.filter((line) => line.startsWith("warning: The names of"))).toHaveLength(2);
  });
});

describe("The status table", () => {
  const table = async (paint: Parameters<typeof statusTable>[1] = plain) =>
    statusTable(await readStatus(run(), "fr-par"), paint);

  test("has one line for each link, and its next step below", async () => {
    const { link } = await live("paris-1");
    const ordered = order("lyon", { partner: PARTNER.freePro });
    const refused = order("brest");
    control.refuse(refused.id, "no port is free");
    const half = order("nantes", { provisioned: true });
    const lines = (await table()).split("\n");
    expect(lines.slice(0, 3)).toEqual([
      `InterLinks of project ${PROJECT}, region fr-par`,
      "",
      "NAME     STATUS      IPV4      IPV6      ROUTES  POP  MBPS  PARTNER   VPC       OWNER",
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        "paris-1  Active      up        up        on      TH2  1000  FranceIX  backbone  network/prod/paris",
        "  Details: policies allowed-v4, allowed-v6.",
        "  Learned routes: IPv4 1, IPv6 1.",
        "lyon     Requesting  disabled  disabled  off     TH2  1000  FreePro   –         –",
        `lyon (fr-par/${ordered.id})`,
        `paris-1 (fr-par/${link.id})`,
        expect.stringMatching(/^ {2}By \d+ \w+, give the pairing key to FreePro: engineering@freepro.com,$/),
        expect.stringContaining('FranceIX refused the order: "no port is free"'),
        `nantes (fr-par/${half.id})`,
        "  No traffic: no VPC is attached, no routing policy is attached, route propagation is off.",
      ]),
    );
  });

  test("is coloured by status, and has the same text without colours", async () => {
    await live("paris-1");
    const refused = order("brest");
    control.refuse(refused.id, "no");
    order("lyon");
    const coloured = await table((colour, text) => styleText(colour, text, { validateStream: false }));
    expect(coloured).toContain("\u001b[32mActive\u001b[39m");
    expect(coloured).toContain("\u001b[31mRefused\u001b[39m");
    expect(coloured).toContain("\u001b[33mRequesting\u001b[39m");
    expect(stripVTControlCharacters(coloured)).toBe(await table());
  });

  test("has colours on a terminal only, and never with NO_COLOR", () => {
    vi.stubEnv("FORCE_COLOR", undefined);
    vi.stubEnv("NO_COLOR", undefined);
    const terminal = Object.assign(new PassThrough(), {
      isTTY: true,
      // Only these variables: with CI set, Node.js reports no colours for any terminal.
      getColorDepth: () =>
        WriteStream.prototype.getColorDepth({ TERM: "xterm-256color", NO_COLOR: process.env.NO_COLOR }),
    });
    expect(painter(terminal)("green", "Active")).toBe("\u001b[32mActive\u001b[39m");
    expect(painter(new PassThrough())("green", "Active")).toBe("Active");
    vi.stubEnv("NO_COLOR", "1");
    expect(painter(terminal)("green", "Active")).toBe("Active");
    vi.unstubAllEnvs();
  });

  test.each([
    [100, "NAME       STATUS  IPV4  IPV6  ROUTES  POP  MBPS  PARTNER   VPC", "policies allowed-v4, allowed-v6; owner"],
    [80, "NAME       STATUS  IPV4  IPV6  ROUTES  POP  MBPS  PARTNER", "VPC backbone; policies allowed-v4"],
    [60, "NAME       STATUS  IPV4  IPV6  ROUTES  POP", "1000 Mbps; partner FranceIX; VPC backbone"],
    [40, "NAME       STATUS  IPV4  IPV6  ROUTES", "pop TH2; 1000 Mbps"],
  ])("fits into %i columns with its sentences, and loses no information", async (width, head, facts) => {
    control.setSession((await live(`paris-1-a`)).link.id, "ipv6", "down");
    order("x".repeat(200), { owner: "network/production-of-the-whole-company/a-resource-with-a-long-name-indeed" });
    const report = await readStatus(run(), "fr-par");
    const [whole] = report.links.filter(({ name }) => name === "paris-1-a");
    const text = statusTable({ ...report, links: whole ? [whole] : [] }, plain, width);
    const lines = text.split("\n").slice(2);
    expect(lines[0]).toMatch(new RegExp(`^${head.replaceAll(/ +/g, " +")}`));
    expect(text.replaceAll(/\s+/g, " ")).toContain(facts);
    expect(text.replaceAll(/\s+/g, " ")).toContain("The IPv6 BGP session is down; IPv4 is up.");
    const wide = statusTable(report, plain, width).split("\n").slice(2);
    // Lines that cannot be wrapped (name with id, one long word) may be longer.
    const breakable = wide.filter((line) => /\S\s+\S/.test(line.trim()) && !line.includes("fr-par/"));
    for (const line of width < 80 ? [] : breakable) expect(line.length).toBeLessThanOrEqual(width);
  });

  test("of a project without links is one sentence", async () => {
    expect(await table()).toBe(`No InterLinks in project ${PROJECT}, region fr-par.`);
  });
});

describe("A watch of the status", () => {
  let written: string[];
  beforeEach(() => {
    written = [];
  });
  /** Reads the status `rounds` times, and calls `between` before each read but the first. */
  async function watched(rounds: number, between: (round: number) => unknown, screen: Partial<Screen> = {}) {
    const context = run();
    let round = 0;
    const read = async (): Promise<StatusReport> => {
      if (round === rounds) throw new Error("the end");
      if (round > 0) await between(round);
      round++;
      return readStatus(context, "fr-par");
    };
    const write = (text: string) => written.push(text);
    const error = await watch(context, read, 10, { json: false, write, redraw: undefined, ...screen }).catch(
      (cause: Error) => cause,
    );
    return error.message;
  }

  test("writes the table, then one line for each change", async () => {
    const link = order("lyon");
    await watched(5, (round) => {
      if (round === 1) control.accept(link.id);
      if (round === 3) control.provision(link.id);
    });
    expect(written).toHaveLength(3);
    expect(written[0]).toContain("NAME");
    expect(written[1]).toMatch(
      /^\d{4}-\d\d-\d\dT\S+Z lyon: Provisioning, IPv4 disabled, IPv6 disabled, VPC –, policies –, routes off$/,
    );
    expect(written[2]).toMatch(/Z lyon: Active, /);
    expect(Date.parse(written[2]?.split(" ")[0] ?? "") - Date.parse(written[1]?.split(" ")[0] ?? "")).toBe(20_000);
  });

  test("reports a new link and a deleted link", async () => {
    const link = order("lyon");
    await watched(3, async (round) => {
      if (round === 1) order("brest");
      if (round === 2) await call("DELETE", `links/${link.id}`);
    });
    expect(written.slice(1).map((line) => line.split(" ").slice(1, 3).join(" "))).toEqual([
      "brest: Requesting,",
      "lyon: gone",
    ]);
  });

  test("redraws the table on a terminal at each refresh", async () => {
    order("lyon");
    const drawn: string[] = [];
    await watched(3, () => {}, { redraw: (text) => drawn.push(text) });
    expect(written).toEqual([]);
    expect(drawn).toHaveLength(3);
    expect(drawn[2]).toContain("Refreshed every 10 s. Press Ctrl-C to stop.");
  });

  test("with --json writes one document on one line for each change", async () => {
    const link = order("lyon");
    await watched(4, (round) => round === 2 && control.provision(link.id), { json: true });
    expect(written.map((line) => JSON.parse(line).links[0].status)).toEqual(["requested", "active"]);
    expect(written.join("")).not.toContain("\n");
  });

  test("continues after a transient failure, but not if its first read fails", async () => {
    order("lyon");
    const end = await watched(3, (round) => {
      if (round === 1) control.addFault({ kind: "status", status: 502, times: 20, path: "/links$" });
      if (round === 2) control.clearFaults();
    });
    expect(end).toBe("the end");
    expect(logged.filter((line) => line.includes("502"))).toEqual([expect.stringMatching(/Trying again in 10 s\.$/)]);
    control.addFault({ kind: "status", status: 502, times: 20, path: "/links$" });
    expect(await watched(2, () => {})).toContain("502");
  });
});

describe("interlink status", () => {
  test("writes a table without colours into a pipe, and valid JSON with --json", async () => {
    order("lyon");
    const { code, stdout, stderr } = await runCommand(["status"], env);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("lyon  Requesting");
    expect(stdout).toBe(stripVTControlCharacters(stdout));
    const json = await runCommand(["status", "--json", "--region", "nl-ams"], env);
    expect(JSON.parse(json.stdout)).toEqual({ region: "nl-ams", projectId: PROJECT, links: [] });
  }, 20_000);

  test.each(["SIGINT", "SIGTERM"] as const)(
    "watches until %s, then exits with 0",
    async (signal) => {
      order("lyon");
      const child = startCommand(["status", "--watch", "3600"], env);
      await child.says("lyon");
      child.kill(signal);
      expect(await child.ended).toMatchObject({ code: 0, stderr: "" });
    },
    20_000,
  );

  test("reports missing settings, and names no setting that only a stack can have", async () => {
    const { SCW_SECRET_KEY: _, ...keyless } = env;
    const { SCW_DEFAULT_PROJECT_ID: __, ...bare } = keyless;
    const [missing, both, unreachable] = await Promise.all([
      runCommand(["status"], keyless),
      runCommand(["status"], bare),
      runCommand(["status"], { ...env, SCW_API_URL: "http://127.0.0.1:1" }),
    ]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(
      /no secret key was found. Looked in: SCW_SECRET_KEY, secret_key in .*\n.*export SCW_SEC/,
    );
    expect(both.stderr).toMatch(
      /^error: .*no secret key and no project id were found\. .*\n.*export SCW_SECRET_KEY and SCW_DEFAULT_PROJECT_ID.*--stack/,
    );
    expect(unreachable.code).toBe(1);
    expect(unreachable.stderr).toMatch(/^error: reading the InterLinks: .*unreachable.*\n.*SCW_API_URL/);
    expect((missing.stderr + unreachable.stderr).match(/scaleway:secretKey|pulumi|9999/)).toBeNull();
  }, 30_000);

  test("lists the existing owners if the given owner is unknown", async () => {
    order("paris", { owner: "network/prod/paris" });
    const { code, stdout, stderr } = await runCommand(["status", "--owner", "typo/dev"], env);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/InterLinks of typo\/dev: the owner is unknown: .* Available: network\/prod\/paris\n/);
  }, 20_000);

  test.concurrent.each([
    ["--region", "us-east"],
    ["--project", "mine"],
    ["--watch", "0"],
  ])(
    "rejects %s %s",
    async (option, value) => {
      const { code, stderr } = await runCommand(["status", option, value], env);
      expect([code, stderr]).toEqual([1, expect.stringContaining(option)]);
    },
    20_000,
  );
});
