import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { GO_SDK, go, missing, sdks } from "../../tools/languages.ts";
import { repoRoot } from "../../tools/pulumi-cli.ts";
import { drivenBy } from "./driver.ts";
import { exampleSuite, importByOption } from "./suite.ts";

const project = "examples/go";
const folder = await mkdtemp(join(tmpdir(), "interlink-go-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Builds the unchanged example with our driver and with the generated SDK instead of that of `pulumi package add`. */
const prepare = async () => {
  for (const source of [join(repoRoot, project), join(import.meta.dirname, "go")]) {
    await cp(source, folder, { recursive: true });
  }
  const sdk = join(await sdks(), "go");
  await go(["mod", "edit", `-require=${GO_SDK}@v0.0.0`, `-replace=${GO_SDK}=${sdk}`], folder);
  await go(["build", "-mod=mod", "-o", "program", "."], folder);
  return { runner: drivenBy(join(folder, "program")) };
};

exampleSuite({ project, prepare, importLink: importByOption }, await missing("go"));
