import { join } from "node:path";
import { expect, test } from "vitest";
import { missing, yamlHost } from "../../tools/languages.ts";
import { repoRoot } from "../../tools/pulumi-cli.ts";
import { importedProject } from "../imported-project.ts";

const unavailable = await missing("go");

test.skipIf(unavailable !== undefined)(
  "a pair and a link of the console, imported into a YAML program: the preview is empty, and up writes nothing",
  async () => {
    const project = await importedProject({ path: [await yamlHost(), join(repoRoot, "dist", "plugin")] });
    await project.pairAndLink();
    expect(await project.interlink("--language", "yaml")).toMatchObject({ code: 0, stderr: "" });
    await project.importIntoStack();
    await project.expectNoChange();
    await project.end();
  },
);
