/** A real Prometheus of Debian, that scrapes each second. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repoRoot } from "../../tools/pulumi-cli.ts";

/** The folder that the package ships. */
export const MONITORING = join(repoRoot, "monitoring");
/** Whether Prometheus is there; tests that need it are skipped without it. */
export const hasPrometheus = ["/usr/bin/prometheus", "/usr/bin/promtool"].every((path) => existsSync(path));
if (!hasPrometheus) console.warn("test/monitoring: Prometheus is not installed, so the tests with it are skipped.");

/** An alert that fires. */
export interface Alert {
  state: string;
  labels: Record<string, string>;
}

/** A running Prometheus. */
export interface Prometheus {
  /** Samples of a query, as they are now. */
  query(expression: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]>;
  /** Alerts that fire, by name and the labels that tell which: `InterlinkSessionDown vitry ipv4`. */
  firing(): Promise<string[]>;
  /** How many rules have been evaluated since an instant (milliseconds since 1970); all of them where all have. */
  evaluatedSince(instant: number): Promise<{ evaluated: number; rules: number }>;
  stop(): Promise<void>;
}

/** Starts one, with the alert rules of the package. An alert fires at once: `promtool test rules` tests how long it waits. */
export async function startPrometheus(target: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), "interlink-prometheus-"));
  const rules = await readFile(join(MONITORING, "alerts.yml"), "utf8");
  await writeFile(join(folder, "alerts.yml"), rules.replaceAll(/^(\s+for:) \w+$/gm, "$1 0s"));
  const settings = {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: ["alerts.yml"],
    scrape_configs: [{ job_name: "interlink", static_configs: [{ targets: [target] }] }],
  };
  // JSON is YAML.
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

/** A port that was free a moment ago: Prometheus takes no 0. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
