import { readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { missing, yamlHost } from "../../tools/languages.ts";
import { enginePath } from "../../tools/pulumi-cli.ts";
import { runCommand } from "../../tools/run-command.ts";
import { type Deployment, deployment } from "../engine/harness.ts";
import { exampleSuite } from "./suite.ts";

const project = "examples/yaml";
const unavailable = await missing("go");

/** Uses the Pulumi CLI with Pulumi's language host, built from its module. */
const prepare = async () => ({ env: { PATH: [await yamlHost(), enginePath()].join(delimiter) } });

/** Imports with the CLI's command, and uses its output as the program. */
async function importLink(deployed: Deployment, id: string): Promise<object> {
  const { name, workspace } = deployed.stack;
  const { workDir, envVars, pulumiCommand, pulumiHome = "" } = workspace;
  const out = join(workDir, "imported.yaml");
  const link = ["scaleway-interlink:index:InterLink", "theirs", `fr-par/${id}`];
  const options = ["--stack", name, "--out", out, "--yes", "--protect=false", "--skip-preview"];
  await runCommand(pulumiCommand.command, ["import", ...link, ...options], {
    cwd: workDir,
    env: { ...envVars, PULUMI_HOME: pulumiHome },
  });
  const program = `name: redundant-interlink
runtime: yaml
variables:
  paris:
    fn::invoke:
      function: scaleway-interlink:getPops
      arguments: { city: Paris }
outputs:
  pops: ["\${paris.pops[0].displayName}"]
${await readFile(out, "utf8")}`;
  await writeFile(join(workDir, "Pulumi.yaml"), program);
  await deployed.up();
  return {};
}

exampleSuite({ project, prepare, importLink }, unavailable);

test.skipIf(unavailable !== undefined)(
  "A YAML program passes outputs of its resources to components, in arguments that must be known",
  async () => {
    const command = join(import.meta.dirname, "..", "engine", "command-plugin");
    const stack = await deployment({
      project: "test/languages/yaml",
      env: { PATH: [await yamlHost(), enginePath(), command].join(delimiter) },
    });
    stack.simulator.seed.vpc({ name: "production", region: "fr-par" });
    expect((await stack.preview()).changes).toMatchObject({ "InterLink pair-primary": "create" });
    const { changes } = await stack.up();
    expect(changes).toMatchObject({ "CustomerRouter edge": "create", "Command edge": "create" });
    expect(stack.link("pair-primary").tags).toContain(`beside ${stack.link("paris").id}`);
    const { config, sessions } = await stack.outputs();
    expect(config?.value).toMatch(/12876:42200[\s\S]*router bgp 65010/);
    expect(sessions?.value).toMatchObject({ "interlink-paris-ipv4": "up" });
    await stack.preview({ expectNoChanges: true });
    await stack.destroy();
    await stack.end();
  },
);
