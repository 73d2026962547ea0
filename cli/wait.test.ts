import { describe, expect, test } from "vitest";
import { runCommand, startCommand } from "../test/cli.ts";
import { apiCaller } from "../test/recordings/caller.ts";
import { PARTNER, POP, worldOfFile } from "../test/world.ts";
import { NEVER, TIMED_OUT } from "./exit.ts";
import { linksNamed, linksOwned } from "./targets.ts";
import { type LinksWait, waitForLinks } from "./wait/wait-for-links.ts";

const { simulator, run, calls, env } = await worldOfFile();
const { control, seed } = simulator;
const DAY = 86_400;

const order = (name: string, owner?: string) =>
  seed.link({
    name,
    pop_id: POP.TH2,
    bandwidth_mbps: 1000,
    partner_id: PARTNER.franceIX,
    tags: owner ? [`pulumi:${owner}#0123456789ab`] : [],
  });

/** Waits for links by id or name; `lines` collects the progress lines. */
function wait(words: string[], options: Partial<LinksWait> = {}) {
  const lines: string[] = [];
  const context = run();
  const work = async () =>
    waitForLinks(context, await linksNamed(context, "fr-par", words), {
      until: "active",
      timeoutSeconds: 3 * DAY,
      say: (line) => lines.push(line),
      ...options,
    });
  return { lines, end: work() };
}
const call = apiCaller(simulator);
async function policyOn(linkId: string, isIpv6: boolean) {
  const { id } = seed.routingPolicy({ name: "p", isIpv6, prefixFilterIn: [isIpv6 ? "2001:db8::/32" : "10.0.0.0/8"] });
  await call("POST", `links/${linkId}/attach-routing-policy`, { routing_policy_id: id });
}
const gets = () => calls().filter((call) => call === "GET links");

describe("Waiting until links are Active", () => {
  test("A wait of half a day reports each change once, and who has to act", async () => {
    control.setPartner({ acceptAfterSeconds: DAY / 4, provisionAfterSeconds: DAY / 2 });
    order("paris");
    const { lines, end } = wait(["paris"]);
    expect((await end).map(({ name, status }) => [name, status])).toEqual([["paris", "active"]]);
    const changes = lines.filter((line) => !line.includes("(still, after"));
    expect(changes).toEqual([
      expect.stringMatching(/^paris: Requesting\. By \d+ \w+, give the pairing key to FranceIX: .*https:/),
      expect.stringMatching(/^paris: Provisioning\. Wait for FranceIX/),
      "paris: Active: done",
    ]);
    // Some CI systems end jobs that print nothing for ten minutes.
    const still = lines.length - changes.length;
    expect(still).toBeGreaterThan(DAY / 2 / 600);
    expect(still).toBeLessThan(DAY / 2 / 290);
    expect(lines.at(-2)).toMatch(/\(still, after 11 h 5\d min\)$/);
  });

  test("All links of a region share one list call per poll", async () => {
    control.setPartner({ acceptAfterSeconds: 10, provisionAfterSeconds: 100 });
    const names = Array.from({ length: 15 }, (_, index) => `link-${index}`);
    for (const name of names) order(name);
    const region = "nl-ams";
    const { id: popId } = seed.pop({ region, name: "AMS", bandwidthsMbps: [1000] });
    const { id: connection_id } = seed.dedicatedConnection({ region, name: "own", popId });
    const own = {
      name: "abroad",
      region,
      pop_id: popId,
      bandwidth_mbps: 1000,
      connection_id,
      peer_asn: 64512,
    } as const;
    const abroad = seed.link({ ...own, provisioned: true });
    const { lines, end } = wait([...names, `nl-ams/${abroad.id}`]);
    expect(await end).toHaveLength(16);
    const pauses = 100; // One second each at first, then 2% of the elapsed time.
    expect(gets().length).toBeLessThanOrEqual(2 * (pauses + 3));
    expect(lines.filter((line) => line.endsWith("Active: done"))).toHaveLength(16);
  });

  test("A wait for links that are already Active ends at once", async () => {
    const link = order("paris");
    control.provision(link.id);
    const before = control.advance(0);
    await wait(["paris", link.id, `fr-par/${link.id.toUpperCase()}`]).end;
    expect(control.advance(0)).toBe(before);
  });

  test("A link whose session is down counts as provisioned, so that a wait for Active ends", async () => {
    const link = order("paris");
    control.provision(link.id);
    await policyOn(link.id, false);
    control.setSession(link.id, "ipv4", "down");
    expect((await wait(["paris"]).end)[0]?.status).toBe("all_down");
  });

  test("A wait for a failed link continues, because Scaleway repairs it", async () => {
    const link = order("paris");
    control.fail(link.id);
    const { lines, end } = wait(["paris"], { timeoutSeconds: 60 });
    await expect(end).rejects.toMatchObject({ exitCode: TIMED_OUT });
    expect(lines[0]).toMatch(/^paris: Failed\. Scaleway could not create the link/);
  });
});

describe("Waiting until sessions are up", () => {
  test("A wait for sessions ends once the session of each attached policy is up", async () => {
    const link = order("paris");
    control.provision(link.id);
    await policyOn(link.id, false);
    await policyOn(link.id, true);
    control.setSession(link.id, "ipv6", "down");
    const late = wait(["paris"], { until: "sessions", timeoutSeconds: 60 });
    await expect(late.end).rejects.toThrow(/timed out after 1 min: paris is Limited Connectivity, IPv6 session down/);
    expect(late.lines).toEqual(["paris: Limited Connectivity, IPv6 session down"]);
    control.setSession(link.id, "ipv6", "up");
    expect((await wait(["paris"], { until: "sessions" }).end)[0]?.bgpV6Status).toBe("up");
  });

  test("A link without a policy has no session to wait for, and the output says so", async () => {
    const link = order("paris");
    control.provision(link.id);
    const { lines, end } = wait(["paris"], { until: "sessions", timeoutSeconds: 60 });
    await expect(end).rejects.toMatchObject({ exitCode: TIMED_OUT });
    expect(lines).toEqual(["paris: Active, without a BGP session: no routing policy is attached"]);
  });
});

describe("Waits that can never succeed", () => {
  test.each([
    [
      "refused",
      (id: string) => control.refuse(id, "no port is free"),
      /Refused and will never become Active\n.*refused the order: "no port is free"/,
    ],
    ["expired", control.expire, /Expired and will never become Active\n.*Run `pulumi up` to order again/],
    ["locked", control.lock, /Locked and will never become Active\n.*support ticket/],
  ] as const)("A link that is %s ends the wait, also for other links", async (_, happens, message) => {
    order("lyon");
    const link = order("paris");
    happens(link.id);
    const error = await wait(["lyon", "paris"]).end.catch((cause: Error) => cause);
    expect(error).toMatchObject({ exitCode: NEVER, message: expect.stringMatching(message) });
  });

  test("A link that is deleted during the wait ends it", async () => {
    const link = order("paris");
    const context = run();
    const targets = await linksNamed(context, "fr-par", ["paris"]);
    await call("DELETE", `links/${link.id}`);
    await expect(
      waitForLinks(context, targets, { until: "active", timeoutSeconds: 60, say: () => {} }),
    ).rejects.toMatchObject({ exitCode: NEVER, message: expect.stringContaining("InterLink paris: it is deleted") });
  });
});

describe("Waiting on an API that fails", () => {
  test("An API error ends the wait at the first read, but not at later ones", async () => {
    control.setPartner({ acceptAfterSeconds: 1000, provisionAfterSeconds: 2000 });
    order("paris");
    const context = run();
    const targets = await linksNamed(context, "fr-par", ["paris"]);
    const lines: string[] = [];
    const say = (line: string) => {
      // More failures than a single read retries.
      if (lines.push(line) === 1) control.addFault({ kind: "status", status: 502, times: 40, path: "/links" });
    };
    await waitForLinks(context, targets, { until: "active", timeoutSeconds: DAY, say });
    expect(lines.filter((line) => line.startsWith("The API"))).toEqual(["The API fails (502). The wait continues"]);
    expect(lines.at(-1)).toBe("paris: Active: done");

    control.addFault({ kind: "status", status: 502, times: 40, path: "/links" });
    const second = order("lyon").id;
    await expect(wait([second]).end).rejects.toThrow("502");
  });

  test("An API key without permission ends the wait at any time", async () => {
    order("paris");
    const context = run();
    const targets = await linksNamed(context, "fr-par", ["paris"]);
    const say = () => control.addFault({ kind: "status", status: 403, times: 9, path: "/links" });
    await expect(waitForLinks(context, targets, { until: "active", timeoutSeconds: DAY, say })).rejects.toThrow("403");
  });
});

describe("Selection of links", () => {
  test("A selection by owner leaves out deleted links", async () => {
    control.setPartner({ acceptAfterSeconds: 0, provisionAfterSeconds: 0 });
    const old = order("paris-old", "network/prod/paris");
    control.partnerDeletes(old.id);
    order("paris-new", "network/prod/paris");
    order("lyon", "network/prod/lyon");
    order("other", "network/staging/lyon");
    const names = async (owner: string) => (await linksOwned(run(), "fr-par", owner)).map(({ name }) => name);
    expect(await names("network/prod")).toEqual(["paris-new", "lyon"]);
    expect(await names("network/prod/paris")).toEqual(["paris-new"]);
    await expect(names("network/nowhere")).rejects.toThrow(/InterLinks of network\/nowhere: the owner is unknown/);
  });

  test("Unknown names, ambiguous names and unknown ids are errors", async () => {
    const first = order("twice");
    const second = order("twice");
    order("paris");
    const named = (word: string) => linksNamed(run(), "fr-par", [word]);
    await expect(named("twice")).rejects.toThrow(`2 links have this name: ${first.id}, ${second.id}`);
    await expect(named("lyon")).rejects.toThrow("no link in fr-par has this name. Available: twice, twice, paris");
    await expect(named(`nl-ams/${first.id}`)).rejects.toThrow(
      /it does not exist in nl-ams\n.*add the region to the id/,
    );
  });
});

describe("The wait command", () => {
  const SLOW = 20_000;

  test(
    "The wait command exits with 0 and prints the links",
    async () => {
      const link = order("paris", "network/prod/paris");
      control.provision(link.id);
      expect(await runCommand(["wait", "--owner", "network/prod"], env)).toEqual({
        code: 0,
        stdout: `paris (fr-par/${link.id}): Active\n`,
        stderr: "paris: Active: done\n",
      });
    },
    SLOW,
  );

  test(
    "The wait command exits with 20 on a timeout, and with 21 if the partner has refused",
    async () => {
      const link = order("paris");
      // Only the simulator's clock stands still: the command reads twice within its timeout.
      const late = await runCommand(["wait", "paris", "--timeout", "1s"], env);
      expect([late.code, late.stdout]).toEqual([TIMED_OUT, ""]);
      expect(late.stderr).toContain("error: waiting for InterLinks: timed out after 1 s: paris is Requesting\n");
      control.refuse(link.id, "no port is free");
      const refused = await runCommand(["wait", "paris"], env);
      expect(refused).toMatchObject({
        code: NEVER,
        stderr: expect.stringContaining('refused the order: "no port is free"'),
      });
      expect(late.stderr + refused.stderr).not.toContain(link.partner?.pairing_key);
    },
    SLOW,
  );

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "The wait command exits with the code of %s during a wait",
    async (signal, code) => {
      order("paris");
      const child = startCommand(["wait", "paris", "--timeout", "3d"], env);
      await child.says("Requesting");
      child.kill(signal);
      expect(await child.ended).toMatchObject({ code, stderr: expect.stringMatching(/Interrupted\. .*\n$/) });
    },
    SLOW,
  );

  test.concurrent.each([
    [["wait"], "give either links or --owner"],
    [["wait", "a", "--owner", "p/s"], "give either links or --owner"],
    [["wait", "a", "--timeout", "3 days"], "45s, 30m, 12h or 3d"],
    [["wait", "a", "--timeout", "0s"], "45s, 30m, 12h or 3d"],
    [["wait", "a", "--until", "up"], "active, sessions"],
    [["wait", "nowhere"], "no link in fr-par has this name"],
  ])(
    "The command line %j exits with 1",
    async (args, message) => {
      const { code, stderr } = await runCommand(args, env);
      expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    },
    SLOW,
  );
});
