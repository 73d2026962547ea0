import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { runCommand, startCommand } from "../test/cli.ts";
import { PARTNER, POP, worldOfFile } from "../test/world.ts";

const { simulator, env, calls } = await worldOfFile();
const { control, seed } = simulator;
const SLOW = 30_000;

/** Starts the command, waits until it serves, and adds its URL. */
async function serving(...args: string[]) {
  const child = startCommand(["exporter", "--listen", "127.0.0.1:0", ...args], env);
  const text = await child.says("read every");
  return { ...child, url: /http:\S+(?=\/metrics)/.exec(text)?.[0] ?? "" };
}
const status = async (url: string) => (await fetch(`${url}/healthz`)).status;

describe("interlink exporter", () => {
  test(
    "serves metrics of each region, only reads, and exits with 0 on SIGTERM even if a client hangs",
    async () => {
      seed.link({ name: "paris", pop_id: POP.TH2, bandwidth_mbps: 50, partner_id: PARTNER.franceIX });
      const { url, kill, ended } = await serving("--regions", "fr-par,nl-ams");
      await expect.poll(() => status(url), { timeout: 20_000 }).toBe(200);
      const text = await (await fetch(`${url}/metrics`)).text();
      expect(text).toMatch(/interlink_link_status\{region="fr-par",.*status="requested"\} 1/);
      expect(text).toMatch(/interlink_read_success\{region="nl-ams",read="links"\} 1/);
      expect(text).toMatch(/interlink_api_calls_total\{method="GET",endpoint="links",status="200"\} 2/);
      expect(new Set(calls().map((one) => one.split(" ")[0]))).toEqual(new Set(["GET"]));
      const hanging = connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {});
      kill("SIGTERM");
      expect(await ended).toMatchObject({ code: 0, stdout: "" });
      hanging.destroy();
    },
    SLOW,
  );

  test(
    "survives an API outage at its start, and reports it and the recovery once",
    async () => {
      control.addFault({ kind: "status", status: 502, path: "/links$", times: 500 });
      const { url, says, kill, ended } = await serving("--interval", "1s");
      await says("The links of fr-par could not be read");
      expect(await status(url)).toBe(503);
      control.clearFaults();
      await says("The links of fr-par can be read again.");
      expect(await status(url)).toBe(200);
      kill("SIGINT");
      const { code, stderr } = await ended;
      expect([code, stderr.match(/could not be read/g)]).toEqual([0, ["could not be read"]]);
    },
    SLOW,
  );

  test(
    "fails at its start on a permanent API error, and on invalid settings",
    async () => {
      control.addFault({ kind: "status", status: 401, path: "/links$", times: 5 });
      const refused = await (await serving("--region", "nl-ams")).ended;
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringMatching(/error: .*401.*\n.*check the secret key/),
      ]);
      const { SCW_DEFAULT_PROJECT_ID: _, ...homeless } = env;
      const results = await Promise.all([
        runCommand(["exporter", "--listen", "127.0.0.1:0"], homeless),
        runCommand(["exporter", "--listen", "127.0.0.1"], env),
        runCommand(["exporter", "--listen", new URL(simulator.url).host], env),
        runCommand(["exporter", "--max-age", "10s"], env),
        runCommand(["exporter", "--regions", "paris"], env),
      ]);
      expect(results.map(({ code }) => code)).toEqual(results.map(() => 1));
      for (const [index, words] of [
        [0, "no project id was found"],
        [1, "Give an address and a port, such as 127.0.0.1:9877"],
        [2, "the port is in use"],
        [3, "--max-age (10 s) is shorter than --interval (30 s)"],
        [4, "Give regions, such as fr-par,"],
      ] as const) {
        expect(results[index]?.stderr).toContain(words);
      }
    },
    SLOW,
  );
});
