import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { handClock } from "../../test/world.ts";
import { interlinkProgram } from "../program.ts";
import { Calls } from "./calls.ts";
import { metricsOf } from "./metrics.ts";

const read = (...path: string[]) => readFileSync(join(import.meta.dirname, "..", "..", ...path), "utf8");
const metrics = metricsOf({ regions: [], calls: new Calls(), clock: handClock() }).getMetricsAsArray();
const names = new Set(metrics.map(({ name }) => name));
const namesIn = (text: string) => new Set(text.match(/\binterlink_[a-z_]+/g));

describe("The files for the exporter", () => {
  test.each([
    [["monitoring", "alerts.yml"]],
    [["monitoring", "alerts.test.yml"]],
    [["monitoring", "grafana-dashboard.json"]],
    [["docs", "monitoring.md"]],
  ])("%j uses only existing metrics", (path) => {
    const used = namesIn(read(...path));
    expect(used.size).toBeGreaterThan(5);
    expect([...used].filter((name) => !names.has(name))).toEqual([]);
  });

  test("docs/monitoring.md lists every metric with its labels and meaning", () => {
    const [, listed = ""] = read("docs", "monitoring.md").split("\n## Metrics\n");
    const rows = [...listed.matchAll(/^\| `(interlink_\w+)` \| (.*) \| (.+) \|$/gm)].map(([, ...cells]) => cells);
    const expected = metrics.map((metric) => {
      const { name, labelNames = [], help } = metric as typeof metric & { labelNames?: string[] };
      return [name, labelNames.map((label) => `\`${label}\``).join(", "), help];
    });
    expect(rows).toEqual(expected);
  });

  test("docs/monitoring.md lists every alert", () => {
    const alerts = [...read("monitoring", "alerts.yml").matchAll(/alert: (\w+)/g)].map(([, name]) => name);
    const listed = [...read("docs", "monitoring.md").matchAll(/^\| `(Interlink\w+)`/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual(alerts.toSorted());
  });

  test("the container file and the systemd unit start the exporter with valid options", () => {
    const [, entry = "[]"] = /^ENTRYPOINT (.*)$/m.exec(read("monitoring", "Containerfile")) ?? [];
    const [, command = "[]"] = /^CMD (.*)$/m.exec(read("monitoring", "Containerfile")) ?? [];
    const [, started = ""] =
      /^ExecStart=\/usr\/bin\/env (.*)$/m.exec(read("monitoring", "interlink-exporter.service")) ?? [];
    for (const [program, name, ...options] of [[...JSON.parse(entry), ...JSON.parse(command)], started.split(" ")]) {
      expect([program, name]).toEqual(["interlink", "exporter"]);
      const exporter = interlinkProgram().commands.find((one) => one.name() === name);
      const { operands, unknown } = exporter?.exitOverride().parseOptions(options) ?? { operands: ["?"], unknown: [] };
      expect([operands, unknown]).toEqual([[], []]);
    }
  });
});
