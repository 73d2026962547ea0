import { join } from "node:path";
import { missing, python } from "../../tools/languages.ts";
import { repoRoot } from "../../tools/pulumi-cli.ts";
import { drivenBy } from "./driver.ts";
import { exampleSuite } from "./suite.ts";

const project = "examples/python";
const here = join(import.meta.dirname, "python");
const unavailable = (await missing("python3")) ?? (await missing("go"));

const prepare = async () => {
  const programs = [join(repoRoot, project, "__main__.py"), join(here, "imports.py")];
  return { runner: drivenBy(await python(), join(here, "driver.py"), ...programs) };
};

exampleSuite({ project, prepare }, unavailable);
