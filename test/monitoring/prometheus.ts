/** Runs a real Prometheus, from Debian's package, that scrapes every second. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repoRoot } from "../../tools/pulumi-cli.ts";

/** The monitoring folder, which the package ships. */
export const MONITORING = join(repoRoot, "monitoring");
/** Whether Prometheus is installed. Tests that need it are skipped without it. */
export const hasPrometheus = ["/usr/bin/prometheus", "/usr/bin/promtool"].every((path) => existsSync(path));
if (!hasPrometheus) console.warn("test/monitoring: Prometheus is not installed, so the tests with it are skipped.");

/** An alert of Prometheus. */
export interface Alert {
  state: string;
  labels: Record<string, string>;
}

/** A running Prometheus. */
export interface Prometheus {
  /** The current samples of a query. */
  query(expression: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]>;
  /** The firing alerts with their name and labels: `InterlinkSessionDown vitry ipv4`. */
  firing(): Promise<string[]>;
  /** The number of rules evaluated since a time (milliseconds since 1970), and of all rules. */
  evaluatedSince(instant: number): Promise<{ evaluated: number; rules: number }>;
  stop(): Promise<void>;
}

/** Starts Prometheus with the package's alert rules, without their delays: `promtool test rules` tests those. */
export async function startPrometheus(target: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), "interlink-prometheus-"));
  const rules = await readFile(join(MONITORING, "alerts.yml"), "utf8");
  await writeFile(join(folder, "alerts.yml"), rules.replaceAll(/^(\s+for:) \w+$/gm, "$1 0s"));
  const settings = {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: ["alerts.yml"],
    scrape_configs: [{ job_name: "interlink", static_configs: [{ targets: [target] }] }],
  };
  // JSON is valid YAML.
  await writeFile(join(folder, "prometheus.yml"), JSON.stringify(settings));
  const port = await freePort();
  const child = spawn(
    "/usr/bin/prometheus",
    [
      ...["--config.file", join(folder, "prometheus.yml"), "--storage.tsdb.path", join(folder, "data")],
      ...["--web.listen-address", `127.0.0.1:${port}`, "--log.level", "warn"],
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    const { status, data, error } = JSON.parse(await response.text());
    if (status !== "success") throw new Error(`${path}: ${error}`);
    return data;
  };
  return {
    query: async (expression) => (await get(`query?${new URLSearchParams({ query: expression })}`)).result,
    firing: async () => {
      const { alerts }: { alerts: Alert[] } = await get("alerts");
      const firing = alerts.filter(({ state }) => state === "firing");
      return firing
        .map(({ labels: { alertname, link, vpc, family } }) =>
          [alertname, link ?? vpc, family].filter(Boolean).join(" "),
        )
        .toSorted();
    },
    evaluatedSince: async (instant) => {
      const { groups }: { groups: { rules: { lastEvaluation: string; health: string }[] }[] } = await get("rules");
      const all = groups.flatMap((group) => group.rules);
      const evaluated = all.filter(
        ({ lastEvaluation, health }) => health === "ok" && Date.parse(lastEvaluation) > instant,
      );
      return { evaluated: evaluated.length, rules: all.length };
    },
    async stop() {
      await ended(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await exit;
}

/** A port that was free just now, because Prometheus does not accept port 0. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
