import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { startCommand } from "../cli.ts";
import { apiCaller } from "../recordings/caller.ts";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { hasPrometheus, MONITORING, type Prometheus, startPrometheus } from "./prometheus.ts";

const run = promisify(execFile);
/** Options of `expect.poll`: the exporter and Prometheus poll at short intervals. */
const SOON = { timeout: 120_000, interval: 300 };

describe.skipIf(!hasPrometheus)("Alert rules", () => {
  test.each([
    ["are valid", ["check", "rules", "alerts.yml"]],
    ["pass their unit tests", ["test", "rules", "alerts.test.yml"]],
  ])("The alert rules %s", async (_, args) => {
    const { stdout } = await run("/usr/bin/promtool", args, { cwd: MONITORING });
    expect(stdout).toContain("SUCCESS");
  });

  test("Each alert rule has a unit test in which it fires", async () => {
    const [rules, tests] = await Promise.all(
      ["alerts.yml", "alerts.test.yml"].map((file) => readFile(join(MONITORING, file), "utf8")),
    );
    const names = [...(rules ?? "").matchAll(/alert: (\w+)/g)].map(([, name]) => name);
    const fired = [...(tests ?? "").matchAll(/alertname: (\w+)\n\s+exp_alerts:\n/g)].map(([, name]) => name);
    expect([...new Set(fired)].toSorted()).toEqual(names.toSorted());
  });
});

describe.skipIf(!hasPrometheus)("A real Prometheus that scrapes the exporter", () => {
  let simulator: Simulator;
  let exporter: ReturnType<typeof startCommand>;
  let prometheus: Prometheus;
  let call: ReturnType<typeof apiCaller>;
  let links: { id: string; name: string }[];
  let policyId: string;

  beforeAll(async () => {
    simulator = await startSimulator();
    call = apiCaller(simulator);
    const { seed } = simulator;
    const order = (name: string, popId: string, provisioned = true) =>
      seed.link({ name, pop_id: popId, bandwidth_mbps: 1000, partner_id: PARTNER.franceIX, provisioned });
    links = [order("paris", POP.TH2), order("vitry", POP.DC3)];
    order("new", POP.TH2, false);
    const vpc = seed.vpc({ name: "backbone" });
    policyId = seed.routingPolicy({
      name: "v4",
      prefixFilterIn: ["10.10.0.0/16"],
      prefixFilterOut: ["172.16.0.0/22"],
    }).id;
    for (const { id } of links) {
      await call("POST", `links/${id}/attach-vpc`, { vpc_id: vpc.id });
      await call("POST", `links/${id}/attach-routing-policy`, { routing_policy_id: policyId });
      await call("POST", `links/${id}/enable-route-propagation`, {});
    }
    simulator.control.clearRequests();
    const flags = ["--listen", "127.0.0.1:0", "--interval", "1s", "--routes-interval", "2s"];
    exporter = startCommand(["exporter", ...flags], {
      SCW_API_URL: simulator.url,
      SCW_SECRET_KEY: SECRET_KEY,
      SCW_DEFAULT_PROJECT_ID: simulator.projectId,
      SCW_CONFIG_PATH: "/dev/null",
    });
    const [, host = ""] = /http:\/\/(\S+)\/metrics/.exec(await exporter.says("read every")) ?? [];
    prometheus = await startPrometheus(host);
  });

  afterAll(async () => {
    exporter.kill("SIGTERM");
    await exporter.ended;
    await prometheus.stop();
    await simulator.stop();
  });

  const value = async (expression: string) => {
    try {
      return (await prometheus.query(expression)).map((sample) => sample.value[1]);
    } catch {
      return [];
    }
  };
  /** Waits until each rule has been evaluated once more. */
  const evaluated = async () => {
    const now = Date.now();
    await expect
      .poll(async () => {
        const { evaluated: done, rules } = await prometheus.evaluatedSince(now);
        return rules > 0 && done === rules;
      }, SOON)
      .toBe(true);
  };

  test("No alert fires for a healthy pair whose IPv6 sessions are disabled", async () => {
    await expect.poll(() => value('interlink_vpc_carrying_pops{family="ipv4"}'), SOON).toEqual(["2"]);
    await expect
      .poll(() => value('interlink_bgp_session_status{family="ipv6",status="disabled"} == 1'), SOON)
      .toEqual(["1", "1", "1"]);
    await evaluated();
    expect(await prometheus.firing()).toEqual([]);
  });

  test("Prometheus answers each query of the dashboard", async () => {
    const { panels } = JSON.parse(await readFile(join(MONITORING, "grafana-dashboard.json"), "utf8"));
    const queries = (panels as { targets: { expr: string }[] }[])
      .flatMap(({ targets }) => targets)
      .map(({ expr }) => expr.replaceAll(/\$(region|link)\b/g, ".*"));
    expect(queries.length).toBeGreaterThan(10);
    for (const query of queries) {
      // No failures have been counted yet.
      if (query.includes("_errors_")) await prometheus.query(query);
      else
        await expect.poll(async () => (await prometheus.query(query)).length, { ...SOON, message: query }).not.toBe(0);
    }
  });

  test("Alerts fire for a session that goes down, with its link, and for the lost redundancy", async () => {
    simulator.control.setSession(links[1]?.id ?? "", "ipv4", "down");
    await expect
      .poll(() => prometheus.firing(), SOON)
      .toEqual(["InterlinkRedundancyLost backbone ipv4", "InterlinkSessionDown vitry ipv4"]);
  });

  test("An alert fires for the VPC once its last session is down", async () => {
    simulator.control.setSession(links[0]?.id ?? "", "ipv4", "down");
    await expect
      .poll(() => prometheus.firing(), SOON)
      .toEqual([
        ...[
          "InterlinkSessionDown paris ipv4",
          "InterlinkSessionDown vitry ipv4",
          "InterlinkVpcWithoutTraffic backbone ipv4",
        ],
      ]);
    simulator.control.setSession(links[0]?.id ?? "", "ipv4", "up");
  });

  test("The alert of a session ends when the session is disabled because its policy was detached", async () => {
    const { id = "" } = links[1] ?? {};
    await call("POST", `links/${id}/detach-routing-policy`, { routing_policy_id: policyId });
    await expect
      .poll(() => value(`interlink_bgp_session_status{link="vitry",family="ipv4",status="disabled"}`), SOON)
      .toEqual(["1"]);
    // Detaching a policy disables propagation, which has its own alert.
    await expect.poll(() => prometheus.firing(), SOON).toEqual(["InterlinkPropagationOff vitry"]);
  });

  test("An alert fires when the API is down, and the last values remain visible", async () => {
    simulator.control.addFault({ kind: "status", status: 503, body: { message: "maintenance" }, times: 10_000 });
    await expect.poll(() => prometheus.firing(), SOON).toContain("InterlinkReadsFail");
    expect(await value('interlink_vpc_attached{link="paris"}')).toEqual(["1"]);
    simulator.control.clearFaults();
    await expect.poll(() => prometheus.firing(), SOON).not.toContain("InterlinkReadsFail");
  });

  test("An alert fires when the exporter stops", async () => {
    exporter.kill("SIGTERM");
    expect((await exporter.ended).code).toBe(0);
    await expect.poll(() => prometheus.firing(), SOON).toEqual(["InterlinkExporterDown"]);
  });

  test("The exporter makes only read calls", () => {
    const changes = simulator.control.requests().filter(({ method }) => method !== "GET");
    expect(changes.map(({ path }) => path.split("/").at(-1))).toEqual(["detach-routing-policy"]);
    expect(simulator.control.counters().unhandled).toEqual([]);
  });
});
