import { describe, expect, test } from "vitest";
import { drillWorld, onRun } from "../../test/drill.ts";
import { PARTNER, POP } from "../../test/world.ts";
import { recordMarkdown } from "./record.ts";

const w = await drillWorld();
const { control, seed, call, legs, drill, changes, withdrawals, onlyParis, isRestored } = w;

describe("A drill on a healthy pair", () => {
  test("A drill on a healthy pair passes, and withdraws the routes of one link only", async () => {
    const { record, lines } = await drill();
    expect(record).toMatchObject({ verdict: "passed", reason: "the other links carried all traffic for 1 min" });
    expect(changes()).toEqual([
      "PATCH links",
      "POST disable-route-propagation",
      "POST enable-route-propagation",
      "PATCH links",
    ]);
    expect(withdrawals()).toEqual(onlyParis());
    expect(control.counters()).toMatchObject({ outOfOrder: [], unhandled: [] });
    isRestored();
    expect(lines).toEqual([
      "paris: withdrawing its routes; lyon must carry all traffic",
      "paris: its routes are gone from the VPC; the other links carry all traffic. Watching them for 1 min",
      "paris: the other links carried all traffic for 1 min",
      "paris: route propagation is enabled again",
      "paris: the VPC has learned its routes again",
    ]);
  });

  test("The routes stay withdrawn for the time of --hold, and the record has each check", async () => {
    const { record } = await drill({ holdSeconds: 120 });
    const [away] = control.counters().withdrawals;
    expect(away?.seconds).toBe(120);
    const phases = record.seen.map(({ phase }) => phase);
    expect(phases).toEqual(["before", ...Array.from({ length: 25 }, () => "withdrawn"), "restored"]);
    const [first, second, last] = [record.seen[0], record.seen[1], record.seen.at(-1)];
    expect(first?.sight?.leg.ipv4).toMatchObject({ session: "up", learned: ["10.1.0.0/16", "10.2.0.0/16"] });
    expect(second?.sight?.leg).toMatchObject({ routePropagation: false, ipv4: { learned: [] } });
    expect(second?.sight?.others).toMatchObject([{ name: "lyon", ipv6: { learned: ["2001:db8::/32"] } }]);
    expect(last?.sight?.leg).toMatchObject({ routePropagation: true, drillSince: null });
    const times = [record.startedAt, record.withdrawnAt, record.goneAt, record.restoredAt, record.backAt];
    expect(times).not.toContain(null);
    expect(times).toEqual(times.toSorted());
  });

  test("A drill marks the link before it withdraws the routes, and removes the mark after restoring them", async () => {
    const seen: unknown[] = [];
    const probe = onRun(2, () => seen.push([w.marks()?.length, w.paris()?.enable_route_propagation]));
    const { record } = await drill({ probe });
    expect(seen).toEqual([[1, false]]);
    expect(record.probe).toEqual(["probe"]);
    isRestored();
  });

  test("The record in Markdown has the verdict, times and changes, and no pairing key", async () => {
    const { record } = await drill();
    const text = recordMarkdown(record);
    expect(text).toMatch(/^# Failover drill on paris: passed\n\nthe other links carried all traffic for 1 min\.\n/);
    expect(text).toContain(`| routes withdrawn | ${record.withdrawnAt} |`);
    expect(text).toContain("paris: Active, ipv4 up, ipv6 up, propagation disabled, 0 learned");
    // Of 14 checks, three show something new.
    expect(text.match(/^\| \S+Z \|/gm)).toHaveLength(3);
    expect(text + JSON.stringify(record)).not.toContain(w.paris()?.partner?.pairing_key);
  });

  test("A drill passes if a third link carries what the second does not", async () => {
    control.announce(legs.lyon, ["10.1.0.0/16", "2001:db8::/32"]);
    await expect(drill()).rejects.toThrow("not learned over lyon: 10.2.0.0/16");
    const { id: policy } = seed.routingPolicy({ name: "wide", prefixFilterIn: ["10.0.0.0/8"] });
    await w.link("nice", POP.DC2, PARTNER.franceIX, [policy]);
    expect((await drill()).record.verdict).toBe("passed");
  });
});

describe("A refused drill makes no change", () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      "the other link's session is down",
      () => control.setSession(legs.lyon, "ipv6", "down"),
      /no other link carries IPv6 \(lyon: its IPv6 BGP session is down\)/,
    ],
    ["the other link is locked", () => control.lock(legs.lyon), /lyon: the link is Locked, not Active/],
    [
      "the other link's route propagation is disabled",
      () => call("POST", `links/${legs.lyon}/disable-route-propagation`),
      /lyon: route propagation is off/,
    ],
    [
      "the other link has no VPC",
      async () => {
        await call("POST", `links/${legs.lyon}/detach-vpc`);
      },
      /no other link is attached to the VPC of paris/,
    ],
    [
      "the other link's policy does not allow a prefix",
      async () => {
        const { id } = seed.routingPolicy({
          name: "small",
          prefixFilterIn: ["10.1.0.0/16"],
          prefixFilterOut: ["172.16.0.0/22"],
        });
        await call("POST", `links/${legs.lyon}/set-routing-policy`, { routing_policy_id: id });
      },
      /not allowed by lyon: 10\.2\.0\.0\/16; not learned over lyon: 10\.2\.0\.0\/16/,
    ],
    [
      "the other link's policy does not advertise a prefix",
      async () => {
        const { id } = seed.routingPolicy({ name: "mute", prefixFilterIn: ["10.0.0.0/8"] });
        await call("POST", `links/${legs.lyon}/set-routing-policy`, { routing_policy_id: id });
        control.announce(legs.lyon, ["10.1.0.0/16", "10.2.0.0/16", "2001:db8::/32"]);
      },
      /not advertised by lyon: 172\.16\.0\.0\/22/,
    ],
    [
      "the other link has no policy of an address family",
      () =>
        call("POST", `links/${legs.lyon}/detach-routing-policy`, {
          routing_policy_id: w.live(legs.lyon)?.routing_policy_v6_id,
        }).then(() => call("POST", `links/${legs.lyon}/enable-route-propagation`)),
      /no IPv6 routing policy is attached/,
    ],
    [
      "the other router announces less",
      () => control.announce(legs.lyon, ["10.1.0.0/16", "2001:db8::/32"]),
      /not learned over lyon: 10\.2\.0\.0\/16/,
    ],
    [
      "a session of the link itself is down",
      () => control.setSession(legs.paris, "ipv4", "down"),
      /paris does not carry all its own traffic: its IPv4 BGP session is down/,
    ],
    [
      "the VPC has learned no route over the link",
      () => control.announce(legs.paris, []),
      /the VPC has learned no route over paris/,
    ],
    [
      "the link has no VPC",
      () => call("POST", `links/${legs.paris}/detach-vpc`),
      /paris does not carry all its own traffic: no VPC is attached/,
    ],
    [
      "a drill is in progress on the other link",
      () => call("PATCH", `links/${legs.lyon}`, { tags: ["interlink-drill:2026-11-27T04:00:00Z"] }),
      /a drill has been running on lyon since 2026-11-27T04:00:00Z/,
    ],
  ])("A drill is refused if %s", async (_, happens, message) => {
    await happens();
    control.clearRequests();
    const before = control.counters().withdrawals.length;
    await expect(drill()).rejects.toMatchObject({ exitCode: 22, message: expect.stringMatching(message) });
    await expect(drill()).rejects.toThrow("No change was made");
    expect(changes()).toEqual([]);
    expect(control.counters().withdrawals).toHaveLength(before);
  });

  test("A drill is refused if the probe already fails", async () => {
    await expect(drill({ probe: onRun(1, () => {}, "no answer from 10.1.0.1") })).rejects.toThrow(
      "no answer from 10.1.0.1 before the drill",
    );
    expect(changes()).toEqual([]);
  });

  test("A drill is refused if the learned routes cannot be read", async () => {
    control.addFault({ kind: "status", status: 403, path: "routes-with-nexthop" });
    await expect(drill()).rejects.toThrow("cannot read the learned routes of the VPC");
    expect(changes()).toEqual([]);
  });

  test("A drill that is interrupted before it starts makes no change", async () => {
    await expect(drill({ stop: AbortSignal.abort("SIGTERM") })).rejects.toThrow("interrupted (SIGTERM)");
    expect(changes()).toEqual([]);
  });
});
