import { describe, expect, test, vi } from "vitest";
import { runCommand, runCommandHere } from "../test/cli.ts";
import { apiCaller } from "../test/recordings/caller.ts";
import { NOWHERE, PARTNER, POP, worldOfFile } from "../test/world.ts";
import { interlinkProgram } from "./program.ts";

const { simulator, env, calls } = await worldOfFile();
const { control, seed } = simulator;
const call = apiCaller(simulator);
const SLOW = 30_000;

const ALLOWED = { prefixFilterIn: ["10.10.0.0/16", "10.20.0.0/16"], prefixFilterOut: ["172.16.0.0/22"] };
const ALLOWED_V6 = { prefixFilterIn: ["2001:db8:10::/48"], prefixFilterOut: ["fd5f:519c:6d46::/48"] };
const SUBNETS = ["172.16.0.0/22", "fd5f:519c:6d46:1::/64"];

const order = (name: string, popId: string, partner = PARTNER.franceIX) =>
  seed.link({ name, pop_id: popId, bandwidth_mbps: 1000, partner_id: partner, provisioned: true });
const post = (id: string, action: string, body: object = {}) => call("POST", `links/${id}/${action}`, body);

async function configure(id: string, vpcId: string, policies: readonly string[]): Promise<void> {
  await post(id, "attach-vpc", { vpc_id: vpcId });
  for (const routing_policy_id of policies) await post(id, "attach-routing-policy", { routing_policy_id });
  await post(id, "enable-route-propagation");
}

/** Two links at two PoPs, in two cities, on one VPC, with the same policies. */
async function healthyPair({ subnets = SUBNETS, routingEnabled = true, pop = POP.DC3 } = {}) {
  const vpc = seed.vpc({ name: "backbone", subnets, routingEnabled });
  const [v4, v6] = [
    seed.routingPolicy({ name: "allowed-v4", ...ALLOWED }),
    seed.routingPolicy({ name: "allowed-v6", isIpv6: true, ...ALLOWED_V6 }),
  ];
  const links = [order("paris", POP.TH2), order("vitry", pop)] as const;
  for (const { id } of links) await configure(id, vpc.id, [v4.id, v6.id]);
  control.clearRequests();
  return { vpc, v4, v6, paris: links[0].id, vitry: links[1].id };
}
type Pair = Awaited<ReturnType<typeof healthyPair>>;

interface Document {
  links: { name: string }[];
  findings: { code: string; severity: string; link: { name: string } | null; family: string | null; actor: string }[];
  carrying: { family: string; links: string[]; carrying: string[] }[];
}

/** Runs the command in this process, because that is fast. Its exit codes as a process are tested below. */
async function diagnosis(...args: string[]): Promise<Document & { code: number }> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const written = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    await interlinkProgram().parseAsync(["node", "interlink", "doctor", "--json", ...args]);
    return { code: Number(process.exitCode ?? 0), ...(JSON.parse(String(written.mock.calls[0]?.[0])) as Document) };
  } finally {
    process.exitCode = undefined;
    written.mockRestore();
    vi.unstubAllEnvs();
  }
}

const changePolicy = (id: string, body: object) => call("PATCH", `routing-policies/${id}`, body);
const NOT_FOUND = { type: "not_found", message: "resource is not found" };
/** Makes the API answer 404 to each read of these objects. */
const gone = (path: string) => control.addFault({ kind: "status", status: 404, body: NOT_FOUND, path, times: 50 });
const emptyList = (path: string, key: string) =>
  control.addFault({ kind: "status", status: 200, body: { [key]: [], total_count: 0 }, path, times: 50 });

/** Title, code of the first finding, what breaks the pair, link of that finding, exit code. */
const BROKEN: [string, string, (pair: Pair) => unknown, string | null, number][] = [
  [
    "the partner has not received the key yet",
    "link-requested",
    ({ vpc, v4 }) => {
      const { id } = seed.link({ name: "new", pop_id: POP.TH2, bandwidth_mbps: 50, partner_id: PARTNER.franceIX });
      return configure(id, vpc.id, [v4.id]);
    },
    "new",
    30,
  ],
  [
    "the partner is provisioning",
    "link-provisioning",
    () => {
      const { id } = seed.link({ name: "new", pop_id: POP.TH2, bandwidth_mbps: 50, partner_id: PARTNER.franceIX });
      control.accept(id);
    },
    "new",
    30,
  ],
  [
    "the partner refused",
    "link-refused",
    () => {
      const { id } = seed.link({ name: "new", pop_id: POP.TH2, bandwidth_mbps: 50, partner_id: PARTNER.franceIX });
      control.refuse(id, "no port is free");
    },
    "new",
    30,
  ],
  [
    "the order expired",
    "link-expired",
    () => {
      seed.link({ name: "new", pop_id: POP.TH2, bandwidth_mbps: 50, partner_id: PARTNER.franceIX });
      control.advance(11 * 86_400);
    },
    "new",
    30,
  ],
  [
    "Scaleway could not create a link",
    "link-failed",
    () => {
      const { id } = seed.link({ name: "new", pop_id: POP.TH2, bandwidth_mbps: 50, partner_id: PARTNER.franceIX });
      control.fail(id);
    },
    "new",
    30,
  ],
  ["a link is locked", "link-locked", ({ vitry }) => control.lock(vitry), "vitry", 30],
  ["a link was deleted by hand", "link-deleting", ({ vitry }) => call("DELETE", `links/${vitry}`), "vitry", 30],
  ["the VPC was detached", "no-vpc", ({ paris }) => post(paris, "detach-vpc"), "paris", 30],
  ["the VPC is gone", "vpc-gone", ({ vpc }) => gone(`/vpcs/${vpc.id}$`), "paris", 30],
  [
    "the policies were detached",
    "no-policy",
    async ({ vitry, v4, v6 }) => {
      for (const { id } of [v4, v6]) await post(vitry, "detach-routing-policy", { routing_policy_id: id });
    },
    "vitry",
    30,
  ],
  [
    "a policy is gone",
    "policy-gone",
    ({ v6 }) => {
      emptyList("/routing-policies$", "routing_policies");
      gone(`/routing-policies/${v6.id}$`);
    },
    "paris",
    30,
  ],
  [
    "the policy allows nothing in",
    "policy-lets-nothing-in",
    ({ v4 }) => changePolicy(v4.id, { prefix_filter_in: [] }),
    "paris",
    30,
  ],
  [
    "the policy allows nothing out",
    "policy-advertises-nothing",
    ({ v6 }) => changePolicy(v6.id, { prefix_filter_out: [] }),
    "paris",
    30,
  ],
  [
    "the policy advertises other prefixes than those of the VPC",
    "subnet-not-advertised",
    ({ v4 }) => changePolicy(v4.id, { prefix_filter_out: ["192.168.0.0/16"] }),
    "paris",
    30,
  ],
  [
    "a new subnet is not in the policy",
    "subnet-not-advertised",
    ({ vpc }) => control.addSubnet(vpc.id, "172.16.8.0/22"),
    "paris",
    31,
  ],
  [
    "the policy contains a reserved range",
    "prefix-reserved",
    ({ v4 }) => changePolicy(v4.id, { prefix_filter_in: [...ALLOWED.prefixFilterIn, "100.64.0.0/16"] }),
    "paris",
    31,
  ],
  [
    "both sides use the same addresses",
    "overlaps-subnet",
    ({ v4 }) => changePolicy(v4.id, { prefix_filter_in: [...ALLOWED.prefixFilterIn, "172.16.1.0/24"] }),
    "paris",
    31,
  ],
  ["propagation was disabled", "propagation-off", ({ vitry }) => post(vitry, "disable-route-propagation"), "vitry", 30],
  ["the IPv6 session is down", "session-down", ({ vitry }) => control.setSession(vitry, "ipv6", "down"), "vitry", 30],
  [
    "the line is cut",
    "session-down",
    ({ paris }) => {
      for (const family of ["ipv4", "ipv6"] as const) control.setSession(paris, family, "down");
    },
    "paris",
    30,
  ],
  [
    "the router announces nothing",
    "nothing-learned",
    ({ vitry }) => control.announce(vitry, ["2001:db8:10::/48"]),
    "vitry",
    30,
  ],
  [
    "both routers announce too little",
    "allowed-not-learned",
    ({ paris, vitry }) => {
      for (const id of [paris, vitry]) control.announce(id, ["10.10.0.0/16", "2001:db8:10::/48"]);
    },
    "paris",
    31,
  ],
  [
    "a network ACL drops by default",
    "acl-drops",
    ({ vpc }) =>
      call("PUT", `/vpc/v2/regions/fr-par/vpcs/${vpc.id}/acl-rules`, {
        rules: [],
        is_ipv6: false,
        default_policy: "drop",
      }),
    null,
    30,
  ],
  [
    "the policies of the links differ",
    "policies-differ",
    async ({ vitry }) => {
      const other = seed.routingPolicy({ name: "other", ...ALLOWED, prefixFilterIn: ["10.10.0.0/16"] });
      await post(vitry, "set-routing-policy", { routing_policy_id: other.id });
    },
    null,
    31,
  ],
  [
    "one router announces less",
    "learned-differ",
    ({ vitry }) => control.announce(vitry, ["10.10.0.0/17", "10.20.0.0/16", "2001:db8:10::/48"]),
    null,
    31,
  ],
];

describe("interlink doctor finds the cause", () => {
  test.each(BROKEN)(
    "%s: %s",
    async (_, code, breaks, link, exitCode) => {
      await breaks(await healthyPair());
      const found = await diagnosis();
      const [first] = found.findings;
      expect([first?.code, first?.link?.name ?? null, found.code]).toEqual([code, link, exitCode]);
    },
    SLOW,
  );

  test.each<[string, Parameters<typeof healthyPair>[0]]>([
    ["vpc-routing-off", { routingEnabled: false }],
    ["vpc-empty", { subnets: [] }],
    ["not-diverse", { pop: POP.TH2 }],
  ])(
    "in a network that was set up with it: %s",
    async (code, made) => {
      await healthyPair(made);
      expect((await diagnosis()).findings[0]?.code).toBe(code);
    },
    SLOW,
  );

  test(
    "of a self-hosted link: the router, or the dedicated connection below it",
    async () => {
      const [connection] = control.snapshot().connections;
      const { id = "", pop_id = "" } = connection ?? {};
      const own = seed.link({ name: "own", pop_id, bandwidth_mbps: 100, connection_id: id, peer_asn: 65_010 });
      const vpc = seed.vpc({ name: "backbone", subnets: SUBNETS });
      const v4 = seed.routingPolicy({ name: "v4", ...ALLOWED });
      await configure(own.id, vpc.id, [v4.id]);
      expect((await diagnosis()).findings.map(({ code }) => code)).toEqual(["router-not-configured"]);
      seed.dedicatedConnection({ id, popId: pop_id, name: "port", status: "disabled" });
      expect((await diagnosis()).findings[0]?.code).toBe("connection-down");
    },
    SLOW,
  );
});

describe("interlink doctor", () => {
  test(
    "reports no finding on a healthy pair, only reads, and exits with 0",
    async () => {
      await healthyPair();
      expect(await runCommandHere(["doctor"], env)).toEqual({
        ...{ code: 0, stdout: "Nothing is wrong: 2 links examined.\n", stderr: "" },
      });
      expect(calls().toSorted()).toEqual([
        ...["GET acl-rules", "GET acl-rules", "GET links", "GET partners", "GET pops", "GET routes-with-nexthop"],
        ...["GET routing-policies", "GET subnets", "GET vpcs"],
      ]);
      expect(await diagnosis()).toMatchObject({ code: 0, findings: [], links: [{ name: "paris" }, { name: "vitry" }] });
    },
    SLOW,
  );

  test(
    "names the project and region in which it found no links",
    async () => {
      const { code, stdout } = await runCommandHere(["doctor"], env);
      expect([code, stdout]).toEqual([
        30,
        expect.stringMatching(/^BLOCKED there is no InterLink .* fr-par .* \[no-link\]\n$/),
      ]);
    },
    SLOW,
  );

  test(
    "examines one link with its VPC, and shows what the other link still carries",
    async () => {
      const { paris } = await healthyPair();
      for (const family of ["ipv4", "ipv6"] as const) control.setSession(paris, family, "down");
      expect(await diagnosis("--link", "vitry")).toMatchObject({ code: 0, findings: [], links: [{ name: "vitry" }] });
      const { code, stdout } = await runCommandHere(["doctor", "--link", paris], env);
      expect(code).toBe(30);
      expect(stdout).toMatch(/^BLOCKED paris: no BGP session is up .* \[session-down\]\n\nVPC backbone, IPv4: /);
      expect(stdout).toContain("VPC backbone, IPv4: traffic over vitry (1 of 2).");
    },
    SLOW,
  );

  test(
    "examines everything else when the key lacks a permission, and names that permission",
    async () => {
      const { vitry } = await healthyPair();
      const refused = { kind: "status", status: 403, body: { type: "permissions_denied", message: "no" } } as const;
      for (const path of ["/acl-rules$", "/routes-with-nexthop$", "/subnets$"]) {
        control.addFault({ ...refused, path, times: 50 });
      }
      const partly = await diagnosis();
      expect(partly.code).toBe(32);
      expect(partly.findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual(
        Array(3).fill("unknown not-readable"),
      );
      expect((await runCommandHere(["doctor"], env)).stdout).toContain(
        "Do: Give the API key the permission set VPCReadOnly",
      );
      await post(vitry, "disable-route-propagation");
      expect(await diagnosis()).toMatchObject({ code: 30, findings: [{ code: "propagation-off" }, {}, {}, {}] });
    },
    SLOW,
  );

  test("reports a link that disappears between two reads, and never shows a pairing key", async () => {
    const { paris } = await healthyPair();
    emptyList("/links$", "links");
    control.addFault({ kind: "status", status: 404, body: NOT_FOUND, path: `/links/${paris}$`, after: 1, times: 5 });
    expect(await diagnosis("--link", paris)).toMatchObject({
      ...{ code: 30, links: [], findings: [{ code: "link-gone", link: { name: "paris" } }] },
    });
    control.clearFaults();
    const { partner } = seed.link({ name: "new", pop_id: POP.TH2, bandwidth_mbps: 50, partner_id: PARTNER.franceIX });
    const text = JSON.stringify(await diagnosis());
    expect(text).toContain("give the pairing key to FranceIX");
    expect(text).not.toContain(partner?.pairing_key);
  });

  test(
    "leaves ignored findings out of the output and the exit code",
    async () => {
      const { vpc } = await healthyPair({ pop: POP.TH2 });
      control.addSubnet(vpc.id, "172.16.8.0/22");
      expect((await diagnosis()).code).toBe(31);
      expect(await diagnosis("--ignore", "not-diverse,subnet-not-advertised")).toMatchObject({ code: 0, findings: [] });
      const wrong = await runCommand(["doctor", "--ignore", "diverse"], env);
      expect([wrong.code, wrong.stderr]).toEqual([
        1,
        expect.stringContaining("diverse is not a valid code. Available: "),
      ]);
    },
    SLOW,
  );

  test(
    "fails with a clear error if the link is unknown, the list is refused, or the API is unreachable",
    async () => {
      await healthyPair();
      const unknown = await runCommandHere(["doctor", "--link", NOWHERE], env);
      expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining(`InterLink ${NOWHERE}`)]);
      control.addFault({ kind: "status", status: 403, path: "/links$", times: 50 });
      const refused = await runCommandHere(["doctor"], env);
      expect([refused.code, refused.stdout]).toEqual([1, ""]);
      expect(refused.stderr).toMatch(/^error: examining InterLinks: .*403.*\n.*the API key may do this/);
      const unreachable = await runCommandHere(["doctor"], { ...env, SCW_API_URL: "http://127.0.0.1:1" });
      expect([unreachable.code, unreachable.stderr]).toEqual([1, expect.stringContaining("unreachable")]);
    },
    SLOW,
  );
});
