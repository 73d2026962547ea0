import { describe, expect, test } from "vitest";
import { runCommand, startCommand } from "../../test/cli.ts";
import { apiCaller } from "../../test/recordings/caller.ts";
import { PARTNER, POP, worldOfFile } from "../../test/world.ts";

const { simulator, env, live } = await worldOfFile();
const { control, seed } = simulator;
const call = apiCaller(simulator);
const SLOW = 30_000;

const hosted = (name: string) =>
  seed.link({ name, pop_id: POP.TH2, bandwidth_mbps: 1000, partner_id: PARTNER.franceIX });
const act = (...args: string[]) => runCommand(["simulate", ...args], env);

describe("A subcommand of interlink simulate, on a running simulator,", () => {
  test(
    "accepts one order by its name without Pulumi's suffix, then provisions all",
    async () => {
      const [line, other] = [hosted("line-1a2b3c4"), hosted("other")];
      expect(await act("accept", "--link", "line")).toEqual({
        code: 0,
        stdout: `line-1a2b3c4 (fr-par/${line.id}): Provisioning\n`,
        stderr: "",
      });
      expect(live(other.id)?.status).toBe("requested");
      const { code, stdout } = await act("provision", "--all");
      expect([code, stdout.split("\n").length]).toEqual([0, 3]);
      expect([live(line.id)?.status, live(other.id)?.status]).toEqual(["active", "active"]);
    },
    SLOW,
  );

  test(
    "refuses with a reason, expires, fails, repairs, locks and unlocks",
    async () => {
      const [a, b, c] = [hosted("a"), hosted("b"), hosted("c")];
      await act("refuse", "--link", "a", "--reason", "no port left");
      expect(live(a.id)).toMatchObject({ status: "refused", partner: { disapproved_reason: "no port left" } });
      await act("expire", "--link", b.id);
      expect(live(b.id)?.status).toBe("expired");
      const statuses: unknown[] = [];
      for (const name of ["fail", "repair", "lock", "unlock"]) {
        await act(name, "--link", "c");
        statuses.push(live(c.id)?.status);
      }
      expect(statuses).toEqual(["failed", "requested", "locked", "requested"]);
    },
    SLOW,
  );

  test(
    "sets a BGP session down and up, configures the router of a self-hosted link, and deletes a link",
    async () => {
      const line = hosted("line");
      control.provision(line.id);
      for (const isIpv6 of [false, true]) {
        const { id } = seed.routingPolicy({
          name: "p",
          isIpv6,
          prefixFilterIn: [isIpv6 ? "2001:db8::/32" : "10.0.0.0/8"],
        });
        await call("POST", `links/${line.id}/attach-routing-policy`, { routing_policy_id: id });
      }
      await act("session", "down", "--link", "line", "--family", "ipv6");
      expect(live(line.id)).toMatchObject({
        status: "limited_connectivity",
        bgp_v4_status: "up",
        bgp_v6_status: "down",
      });
      await act("session", "down", "--all");
      expect(live(line.id)?.status).toBe("all_down");
      await act("session", "up", "--all");
      expect(live(line.id)?.status).toBe("active");

      const [connection] = control.snapshot().connections;
      const own = seed.link({
        name: "own",
        pop_id: connection?.pop_id ?? "",
        bandwidth_mbps: 100,
        connection_id: connection?.id ?? "",
        peer_asn: 65010,
      });
      expect(await act("router", "--link", "own")).toMatchObject({ code: 0, stderr: "" });
      expect(live(own.id)?.status).not.toBe("requested");
      await act("delete", "--link", "line");
      expect(live(line.id)?.status).toBe("deprovisioning");
    },
    SLOW,
  );

  test(
    "moves the clock forward, so that an order expires",
    async () => {
      const line = hosted("line");
      const { stdout } = await act("advance", "11d");
      expect(stdout).toMatch(/^advanced by 11 d: the simulator's time is \d{4}-\d\d-\d\dT/);
      expect(live(line.id)?.status).toBe("expired");
    },
    SLOW,
  );

  test(
    "reports an unsuitable status, an unknown link, invalid options, and a missing simulator",
    async () => {
      const line = hosted("line");
      control.provision(line.id);
      const results = await Promise.all([
        act("accept", "--link", "line"),
        act("accept", "--all"),
        act("accept", "--link", "nowhere"),
        act("accept"),
        act("accept", "--all", "--link", "line"),
        act("session", "sideways", "--all"),
        act("accept", "--all", "--url", "http://127.0.0.1:1"),
      ]);
      expect(results.map(({ code, stdout }) => [code, stdout])).toEqual(results.map(() => [1, ""]));
      const errors = results.map(({ stderr }) => stderr);
      for (const [index, words] of [
        [0, `link ${line.id} is live; it must be requested`],
        [1, `link ${line.id} is live; it must be requested`],
        [2, "no link has the name or id nowhere. Available: line"],
        [3, "--link or --all"],
        [4, "--link or --all"],
        [5, "up, down"],
        [6, "no answer\n  What to do: start a simulator with `interlink simulate`"],
      ] as const) {
        expect(errors[index]).toContain(words);
      }
    },
    SLOW,
  );
});

test(
  "interlink simulate contains the objects that the examples use, and prints the environment variables for clients",
  async () => {
    const child = startCommand(["simulate", "--port", "0"]);
    const text = await child.says("Requests:");
    const variables = Object.fromEntries(
      [...text.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
    expect(Object.keys(variables)).toEqual([
      "SCW_API_URL",
      "SCW_ACCESS_KEY",
      "SCW_SECRET_KEY",
      "SCW_DEFAULT_PROJECT_ID",
      "SCW_DEFAULT_ORGANIZATION_ID",
      "SCW_DEFAULT_REGION",
    ]);
    const answer = await fetch(`${variables.SCW_API_URL}/_simulator/snapshot`);
    expect(await answer.json()).toMatchObject({
      vpcs: expect.arrayContaining([expect.objectContaining({ name: "production" })]),
      connections: expect.arrayContaining([expect.objectContaining({ name: "rack-a1", status: "active" })]),
      routingPolicies: [expect.objectContaining({ name: "our-routes" })],
    });
    expect(await runCommand(["status"], variables)).toMatchObject({ code: 0, stderr: "" });
    child.kill("SIGINT");
    await child.ended;
  },
  SLOW,
);
