/** What programs in other languages need: generated SDKs, a Python, Pulumi's language host for YAML. Each is made once. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { kept } from "./cache.ts";
import { repoRoot } from "./pulumi-cli.ts";
import { runCommand } from "./run-command.ts";
import { SCHEMA_FILE } from "./schema/index.ts";

const CLI_MODULE = join(repoRoot, "tools", "pulumi");
const YAML_MODULE = join(repoRoot, "tools", "pulumi-yaml");
const YAML_HOST = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml";
const PYTHON_PACKAGES = join(repoRoot, "test", "languages", "python", "requirements.txt");

/** The Go module that the SDK is. */
export const GO_SDK = "pulumi-scaleway-interlink/sdk/go";

/** Why a tool cannot be used here; undefined where it can. */
export async function missing(tool: "go" | "python3"): Promise<string | undefined> {
  const check = tool === "go" ? ["version"] : ["-c", "import ensurepip, venv"];
  return runCommand(tool, check).then(
    () => undefined,
    () => `${tool} is not installed here${tool === "python3" ? ", or lacks venv (Debian: python3-venv)" : ""}`,
  );
}

/** A folder with the SDKs that follow from the schema, one each: `python`, `go`, `nodejs`. Needs Go. */
export async function sdks(): Promise<string> {
  const sources = await Promise.all(
    [SCHEMA_FILE, join(CLI_MODULE, "sdks", "main.go"), join(CLI_MODULE, "go.sum")].map((file) => readFile(file)),
  );
  return kept(`sdks-${fingerprint(...sources)}`, "Generating the SDKs of the other languages", (folder) =>
    go(["run", "./sdks", SCHEMA_FILE, folder], CLI_MODULE),
  );
}

/** A Python interpreter that has Pulumi and the generated SDK. Needs Python with venv and pip, PyPI, and Go. */
export async function python(): Promise<string> {
  const packages = await readFile(PYTHON_PACKAGES);
  const generated = await sdks();
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const environment = await kept(
    `python-${fingerprint(packages, Buffer.from(generated))}`,
    "Installing Pulumi and the SDK for Python",
    async (folder) => {
      await runCommand("python3", ["-m", "venv", folder]);
      const interpreter = join(folder, "bin", "python");
      await runCommand(interpreter, [...pip, "--requirement", PYTHON_PACKAGES]);
      await runCommand(interpreter, [...pip, "--no-build-isolation", join(generated, "python")]);
    },
  );
  return join(environment, "bin", "python");
}

/** A folder for PATH with Pulumi's language host for YAML. Needs Go; takes minutes the first time. */
export async function yamlHost(): Promise<string> {
  const module = await readFile(join(YAML_MODULE, "go.sum"));
  return kept(`yaml-host-${fingerprint(module)}`, "Building Pulumi's language host for YAML with Go", (folder) =>
    go(["build", "-ldflags", "-s -w", "-o", join(folder, "pulumi-language-yaml"), YAML_HOST], YAML_MODULE),
  );
}

/** Runs Go. A workspace file in a folder above would make it build from other versions than our go.sum's. */
export const go = (args: string[], cwd: string): Promise<void> =>
  runCommand("go", args, { cwd, env: { ...process.env, GOWORK: "off" } });

function fingerprint(...contents: Buffer[]): string {
  const hash = createHash("sha256");
  for (const content of contents) hash.update(content);
  return hash.digest("hex").slice(0, 12);
}
