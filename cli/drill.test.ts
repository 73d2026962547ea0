import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { runCommand, startCommand } from "../test/cli.ts";
import { drillWorld } from "../test/drill.ts";

const { control, legs, paris, env, changes, marks, withdrawals, onlyParis, isRestored } = await drillWorld();
const SLOW = 20_000;

describe("The drill command", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "interlink-drill-"));
    return () => rm(folder, { recursive: true, force: true });
  });
  const records = async () => {
    const names = (await readdir(folder)).toSorted();
    const json = names.find((name) => name.endsWith(".json"));
    return { names, record: json && JSON.parse(await readFile(join(folder, json), "utf8")) };
  };
  const args = (...more: string[]) => ["drill", "paris", "--hold", "1s", "--record", folder, ...more];

  test(
    "The drill command runs the probe, passes, and writes the record as Markdown and JSON",
    async () => {
      const { code, stdout, stderr } = await runCommand(args("--", process.execPath, "-e", ""), env);
      expect([code, stderr]).toEqual([0, expect.stringContaining("paris: withdrawing its routes")]);
      const { names, record } = await records();
      expect(names).toEqual([
        expect.stringMatching(/^interlink-drill-paris-\d{8}T\d{6}Z\.json$/),
        expect.stringMatching(/^interlink-drill-paris-\d{8}T\d{6}Z\.md$/),
      ]);
      expect(record).toMatchObject({ verdict: "passed", probe: [process.execPath, "-e", ""], holdSeconds: 1 });
      expect(stdout).toContain("Drill on paris passed: the other links carried all traffic for 1 s. Record: ");
      expect(withdrawals()).toEqual(onlyParis());
      isRestored();
    },
    SLOW,
  );

  test(
    "The drill command exits with 22 if the other link is down, and makes no change",
    async () => {
      control.setSession(legs.lyon, "ipv4", "down");
      const { code, stdout, stderr } = await runCommand(args(), env);
      expect([code, stdout]).toEqual([22, ""]);
      expect(stderr).toContain("no other link carries IPv4 (lyon: its IPv4 BGP session is down)");
      expect(changes()).toEqual([]);
      expect((await records()).names).toEqual([]);
    },
    SLOW,
  );

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)(
    "The drill command restores the routes on %s, and exits with its code",
    async (signal, code) => {
      const child = startCommand(["drill", "paris", "--hold", "5m", "--record", folder], env);
      await child.says("its routes are gone from the VPC");
      expect(paris()?.enable_route_propagation).toBe(false);
      child.kill(signal);
      const ended = await child.ended;
      expect(ended).toMatchObject({ code, stderr: expect.stringContaining("route propagation is enabled again") });
      expect((await records()).record).toMatchObject({ verdict: "stopped", reason: `interrupted (${signal})` });
      isRestored();
    },
    SLOW,
  );

  test(
    "interlink status shows a killed drill, and interlink drill --restore ends it",
    async () => {
      const child = startCommand(["drill", "paris", "--hold", "5m", "--record", folder], env);
      await child.says("its routes are gone from the VPC");
      child.kill("SIGKILL");
      await child.ended;
      expect(paris()?.enable_route_propagation).toBe(false);
      const since = marks()?.[0]?.slice("interlink-drill:".length);

      expect((await runCommand(["status"], env)).stdout).toContain("A failover drill has been running since");
      const again = await runCommand(args(), env);
      expect([again.code, again.stderr]).toEqual([
        22,
        expect.stringContaining(`a drill has been running on paris since ${since}`),
      ]);

      control.clearRequests();
      const restored = await runCommand(["drill", "--restore"], env);
      expect(restored).toMatchObject({
        code: 0,
        stdout: `paris: route propagation is enabled again; the drill had started at ${since}\n`,
      });
      expect(changes()).toEqual(["POST enable-route-propagation", "PATCH links"]);
      expect(withdrawals()).toEqual(onlyParis());
      isRestored();
      expect(await runCommand(["drill", "--restore"], env)).toMatchObject({
        code: 0,
        stdout: "No drill is in progress on the links of fr-par.\n",
      });
    },
    SLOW,
  );

  test.concurrent.each([
    [["drill"], "no link was given"],
    [["drill", "paris", "--hold", "1h"], "--hold is longer than --at-most"],
    [["drill", "--restore", "paris", "--", "ping"], "--restore takes no probe"],
    [["drill", "nowhere"], "no link in fr-par has this name"],
    [["drill", "paris", "--at-most", "soon"], "45s, 30m, 12h or 3d"],
  ])(
    "The command line %j exits with 1",
    async (line, message) => {
      const { code, stderr } = await runCommand(line, env);
      expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    },
    SLOW,
  );
});
