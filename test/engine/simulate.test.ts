import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test, vi } from "vitest";
import { engineStack } from "../../tools/engine-stack.ts";
import { exampleConfig, exampleProgram } from "../../tools/example-program.ts";
import { repoRoot } from "../../tools/pulumi-cli.ts";
import { runCommand, startCommand } from "../cli.ts";

// Runs the examples without an account, as their READMEs describe.
const simulator = startCommand(["simulate", "--port", "0"]);
const printed = await simulator.says("Requests:");
const env = {
  ...Object.fromEntries([...printed.matchAll(/export (\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value])),
  SCW_CONFIG_PATH: "/dev/null",
};
// Functions of an inline program run in this process.
for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
afterAll(async () => {
  vi.unstubAllEnvs();
  simulator.kill("SIGTERM");
  await simulator.ended;
});

const common = {
  ...{ vpc: "production", bandwidthMbps: "1000" },
  ...{ ipv4In: '["10.10.0.0/16"]', ipv4Out: '["172.16.0.0/22"]' },
};
/** The ids in the README of examples/redundant. */
const readme = readFileSync(join(repoRoot, "examples", "redundant", "README.md"), "utf8");
const given = (name: string) =>
  new RegExp(`config set (?:--path )?${name} (\\S*[0-9a-f]{12})`).exec(readme)?.[1] ?? name;
const legOf = (name: string) =>
  JSON.stringify({ popId: given(`${name}.popId`), partnerId: given(`${name}.partnerId`) });
const pair = { vpcId: given("vpcId"), primary: legOf("primary"), secondary: legOf("secondary") };

test.each([
  ["hosted", { ...common, pop: "TH2", partner: "FranceIX", whenNotActive: "defer" }, "provision", { routesOpen: true }],
  ["self-hosted", { ...common, connection: "rack-a1", peerAsn: "65010", vlan: "2100" }, "router", { routesOpen: true }],
  ["redundant", { ...pair, whenNotActive: "defer" }, "provision", { health: "redundant" }],
])(
  "examples/%s enables its routes on interlink simulate once the partner or the router is ready",
  async (name, settings, act, open) => {
    const { projectName, program } = exampleProgram(`examples/${name}`);
    const { stack, remove } = await engineStack({
      ...{ program, projectName, stackName: "simulated", env },
      config: exampleConfig(projectName, settings),
    });
    const outputs = async () =>
      Object.fromEntries(Object.entries(await stack.outputs()).map(([key, { value }]) => [key, value]));
    await stack.up();
    expect(await outputs()).not.toMatchObject(open);
    expect(await runCommand(["simulate", act, "--all"], env)).toMatchObject({ code: 0, stderr: "" });
    await stack.up({ refresh: true });
    expect(await outputs()).toMatchObject(open);
    await stack.destroy();
    await remove();
  },
);

/** The program in a page, as an inline program. Its file is inside the repository, where the package resolves. */
function programOf(page: string) {
  const text = readFileSync(join(repoRoot, page), "utf8");
  const [, code = ""] = /```ts\n([\s\S]*?)```/.exec(text) ?? [];
  const folder = join(repoRoot, "node_modules", ".cache", "doc-programs");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const file = join(folder, `${page.replaceAll(/\W/g, "-")}.ts`);
  writeFileSync(file, code);
  let runs = 0;
  return async () => ({ ...(await import(/* @vite-ignore */ `${pathToFileURL(file).href}?run=${runs++}`)) });
}

test.each(["README.md"])(
  "The program of %s orders a pair on interlink simulate, which is redundant once both links are provisioned",
  async (page) => {
    const projectName = page.replaceAll(/\W/g, "-").toLowerCase();
    const { stack, remove } = await engineStack({ program: programOf(page), projectName, stackName: "shown", env });
    const health = async () => (await stack.outputs()).health?.value;
    await stack.up();
    expect(await health()).toBe("provisioning");
    await runCommand(["simulate", "provision", "--all"], env);
    await stack.up({ refresh: true });
    expect(await health()).toBe("redundant");
    await stack.destroy();
    await remove();
  },
);
