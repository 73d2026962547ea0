import { delimiter } from "node:path";
import { missing, yamlHost } from "../../tools/languages.ts";
import { enginePath } from "../../tools/pulumi-cli.ts";
import { exampleSuite } from "./suite.ts";

const project = "examples/yaml";

/** Pulumi's own CLI and language host, which is built from its module. */
const prepare = async () => ({ env: { PATH: [await yamlHost(), enginePath()].join(delimiter) } });

exampleSuite({ project, prepare }, await missing("go"));
