import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { missing, yamlHost } from "../../tools/languages.ts";
import { repoRoot } from "../../tools/pulumi-cli.ts";
import { importedProject } from "../imported-project.ts";

const unavailable = await missing("go");
let project: Awaited<ReturnType<typeof importedProject>> | undefined;

beforeAll(async () => {
  if (unavailable === undefined) {
    project = await importedProject({ path: [await yamlHost(), join(repoRoot, "dist", "plugin")] });
  }
});
afterAll(() => project?.end());

test.skipIf(unavailable !== undefined)(
  "A pair and a link from the console are imported into a YAML program: the preview is empty and up makes no changes",
  async () => {
    if (project === undefined) throw new Error("there is no project");
    await project.pairAndLink();
    expect(await project.interlink("--language", "yaml")).toMatchObject({ code: 0, stderr: "" });
    await project.importIntoStack();
    await project.expectNoChange();
  },
);
