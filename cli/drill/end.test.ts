import { describe, expect, test } from "vitest";
import { drillWorld, onRun } from "../../test/drill.ts";
import { restoreLink } from "./restore.ts";

const { control, call, legs, drill, target, changes, marks, withdrawals, onlyParis, isRestored } = await drillWorld();

describe("A problem during a drill", () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      "the other link's session goes down",
      () => control.setSession(legs.lyon, "ipv4", "down"),
      /^no other link carries IPv4 \(lyon: its IPv4 BGP session is down\)$/,
    ],
    [
      "the other router withdraws a prefix",
      () => control.announce(legs.lyon, ["10.1.0.0/16", "2001:db8::/32"]),
      /^not learned over lyon: 10\.2\.0\.0\/16$/,
    ],
    ["the other link is deleted", () => call("DELETE", `links/${legs.lyon}`), /no other link/],
    [
      "the routes can no longer be read",
      () => control.addFault({ kind: "status", status: 403, path: "routes-with-nexthop", times: 1 }),
      /^the state of the links is unknown: cannot read the learned routes/,
    ],
    [
      "the links cannot be read for minutes",
      () => control.addFault({ kind: "status", status: 502, path: "/links$", method: "GET", times: 60 }),
      /^the state of the links is unknown: .*502/,
    ],
  ])("A drill restores the routes at once if %s", async (_, happens, reason) => {
    const { record } = await drill({ probe: onRun(4, happens) });
    expect(record).toMatchObject({ verdict: "failed", reason: expect.stringMatching(reason) });
    expect(record.seen.filter(({ doubts }) => doubts.length > 0)[0]?.phase).toBe("withdrawn");
    expect(record.restoredAt).not.toBeNull();
    control.clearFaults();
    isRestored();
    expect(withdrawals().slice(0, 2)).toEqual(onlyParis());
    const times = record.seen.filter(({ phase }) => phase === "withdrawn").length;
    expect(times).toBe(4);
  });

  test("A drill restores the routes at once if the probe fails", async () => {
    const { record } = await drill({ probe: onRun(3, () => {}, "the probe ping failed (exit code 1)") });
    expect(record).toMatchObject({ verdict: "failed", reason: "the probe ping failed (exit code 1)" });
    isRestored();
  });

  test("A drill that is ended by someone else stops, and makes no further change", async () => {
    const probe = onRun(3, async () => {
      const { context, found } = await target();
      await restoreLink(context, found);
      control.clearRequests();
    });
    const { record, lines } = await drill({ probe });
    expect(record).toMatchObject({ verdict: "stopped", reason: "the drill was ended by someone else" });
    expect(lines).not.toContain("paris: route propagation is enabled again");
    expect(changes()).toEqual([]);
    isRestored();
  });

  test("A drill fails if the link's routes are not learned again", async () => {
    const { record } = await drill({ probe: onRun(3, () => control.announce(legs.paris, ["10.1.0.0/16"])) });
    expect(record).toMatchObject({ verdict: "failed", backAt: null });
    expect(record.reason).toMatch(/for 1 min; but the VPC has not learned the routes of paris again \(after 3 min\)$/);
    isRestored();
  });
});

describe("The end of a drill", () => {
  test("A drill restores the routes after --at-most if the other links have not carried all traffic long enough", async () => {
    const { record } = await drill({ holdSeconds: 300, atMostSeconds: 30 });
    expect(record).toMatchObject({
      verdict: "stopped",
      reason: expect.stringContaining("limit of 30 s reached (--at-most)"),
    });
    expect(control.counters().withdrawals[0]?.seconds).toBe(30);
    isRestored();
  });

  test("A drill restores the routes after --at-most if a call hangs", async () => {
    const over = new AbortController();
    const probe = {
      command: ["hangs"],
      run: (() => {
        let count = 0;
        return () => {
          count += 1;
          if (count < 3) return Promise.resolve(undefined);
          over.abort();
          return new Promise<undefined>(() => {});
        };
      })(),
    };
    const { record } = await drill({ probe, alarm: () => over.signal });
    expect(record).toMatchObject({
      verdict: "stopped",
      reason: expect.stringContaining("limit of 10 min reached (--at-most)"),
    });
    isRestored();
  });

  test("A drill that is interrupted during a check restores the routes at once", async () => {
    const stop = new AbortController();
    const { record } = await drill({ stop: stop.signal, probe: onRun(3, () => stop.abort("SIGINT")) });
    expect(record).toMatchObject({ verdict: "stopped", reason: "interrupted (SIGINT)", backAt: null });
    isRestored();
  });

  test("A drill repeats the restore until the API accepts it", async () => {
    const fail = () => control.addFault({ kind: "status", status: 502, path: "enable-route-propagation$", times: 60 });
    const { record, lines } = await drill({ probe: onRun(3, fail, "no answer") });
    expect(record).toMatchObject({ verdict: "failed", reason: "no answer" });
    expect(lines.filter((line) => line.includes("not restored yet")).length).toBeGreaterThan(0);
    isRestored();
  });

  test("A refused restore is reported as routes that are NOT restored, and keeps the mark", async () => {
    const refuse = () => control.addFault({ kind: "status", status: 403, path: "enable-route-propagation$", times: 9 });
    const { record } = await drill({ probe: onRun(3, refuse, "no answer") });
    expect(record).toMatchObject({ verdict: "failed", restoredAt: null });
    expect(record.reason).toMatch(/^no answer\. The routes are NOT restored: .*403/);
    expect(marks()).toHaveLength(1);
  });

  test("A second interruption ends the attempts to restore the routes", async () => {
    const giveUp = new AbortController();
    const fail = () => control.addFault({ kind: "status", status: 502, path: "enable-route-propagation$", times: 500 });
    const say = (line: string) => line.includes("not restored yet") && giveUp.abort("SIGINT");
    const { record } = await drill({ say, giveUp: giveUp.signal, probe: onRun(3, fail, "no answer") });
    expect(record).toMatchObject({
      restoredAt: null,
      reason: expect.stringContaining("NOT restored: interrupted"),
    });
  });

  test("An API key without permission to change links withdraws no routes", async () => {
    control.addFault({ kind: "status", status: 403, method: "PATCH" });
    const { record } = await drill();
    expect(record).toMatchObject({ verdict: "stopped", withdrawnAt: null });
    expect(record.reason).toMatch(/^the routes could not be withdrawn: .*403/);
    expect(withdrawals()).toEqual([]);
  });

  test("A lost answer to the withdrawal does not leave the routes withdrawn", async () => {
    control.addFault({ kind: "status", status: 502, path: "disable-route-propagation$", effect: true, times: 1 });
    expect((await drill()).record.verdict).toBe("passed");
    isRestored();
  });
});
