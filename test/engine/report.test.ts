import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { desiredStackOf, SCENARIOS, type Scenario } from "../reports/cases.ts";
import { makePreviews } from "../reports/make.ts";
import { program, VPC } from "../reports/program.ts";
import { deployment } from "./harness.ts";

// The previews under test/reports are those of the engine and the provider as they are now. A few are made again in each
// run, all of them with REPORTS=full; `npx vitest run --project engine test/engine/report.test.ts -u` accepts them.
const FEW: Record<string, string[]> = {
  redundant: ["prefix-lost", "pop-refused-by-guard"],
  component: ["ordered", "vpc-moved-while-primary-is-down", "connection-replaced-deferred", "removed"],
  days: ["one-link-ready", "order-refused"],
};

test.each(SCENARIOS.filter(({ name }) => process.env.REPORTS === "full" || FEW[name]))(
  "previews of the $name stack are as stored",
  async (scenario) => {
    const only = process.env.REPORTS === "full" ? undefined : FEW[scenario.name];
    const made = await makePreviews(scenario, only);
    expect(made.length).toBeGreaterThan(0);
    for (const { name, preview, live } of made) {
      await expect(preview).toMatchFileSnapshot(`../reports/${name}.preview.json`);
      await expect(live).toMatchFileSnapshot(`../reports/${name}.live.json`);
    }
  },
);

test("interlink report --run runs the CLI, reads what is live, and judges", async () => {
  const stack = await deployment();
  stack.simulator.seed.vpc({ name: "one", id: VPC.one });
  const scenario = { name: "run", legs: ["primary", "secondary"], cases: [] } satisfies Scenario;
  const desired = desiredStackOf(scenario);
  stack.program(() => program(desired, false));
  await stack.up();
  stack.control.setSession(stack.link("primary").id, "ipv4", "down");
  desired.routes.secondary = { enabled: false };

  const { workspace } = stack.stack;
  const cli = workspace.pulumiCommand as unknown as {
    command: string;
    run(args: string[], cwd: string, env: Record<string, string>): Promise<unknown>;
  };
  let report = { code: null as number | null, stdout: "", stderr: "" };
  // The engine runs an inline program for whoever has the arguments of the Automation API.
  Object.defineProperty(workspace, "pulumiCommand", {
    value: {
      async run([operation, ...args]: string[], cwd: string, env: Record<string, string>) {
        if (operation !== "preview") return cli.run([operation ?? "", ...args], cwd, env);
        const index = join(import.meta.dirname, "../../cli/index.ts");
        const own = ["report", "--run", "--format", "json", "--fail-on", "prefix-loss,redundancy-loss", "--", ...args];
        const path = `${dirname(cli.command)}${delimiter}${env.PATH}`;
        const child = spawn(process.execPath, [index, ...own], { cwd, env: { ...process.env, ...env, PATH: path } });
        const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
        report = { code: child.exitCode, stdout, stderr };
        return { code: 0, stdout, stderr };
      },
    },
  });
  // It wants an event log with a summary, which our command does not write.
  await stack.stack.preview().catch(() => undefined);
  expect(report).toMatchObject({ code: 15, stderr: expect.stringContaining("loses IPv4 10.10.0.0/16") });
  expect(JSON.parse(report.stdout)).toMatchObject({
    version: 1,
    headline: "⚠ 3 prefixes lost in fr-par; routes of secondary withdrawn; redundancy lost",
    source: "Based on the live state at Scaleway.",
  });
  await stack.end();
});

test("a replacement that waits for the new link leaves the old one in place when the wait is over, as reports say", async () => {
  const stack = await deployment();
  stack.simulator.seed.vpc({ name: "one", id: VPC.one });
  const desired = desiredStackOf({ name: "held", legs: ["primary"], cases: [] });
  stack.program(() => program(desired, false));
  await stack.up();
  const old = stack.link("primary").id;
  stack.control.setPartner({});
  desired.link.primary = { bandwidthMbps: 200, replaceLiveLink: true };
  desired.vpc.whenNotActive = "wait";
  desired.vpc.timeoutSeconds = 1;
  await stack.upFails();
  const links = stack.control.snapshot().links;
  expect(links.find(({ id }) => id === old)).toMatchObject({ vpc_id: VPC.one, enable_route_propagation: true });
  expect(links).toHaveLength(2);
  expect(stack.control.counters().withdrawals).toEqual([]);
  await stack.end();
});
