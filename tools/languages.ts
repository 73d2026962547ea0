/** Tools for programs in other languages: generated SDKs, Python, Pulumi's language host for YAML. Each is built once. */
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

/** Path of the generated SDK's Go module. */
export const GO_SDK = "pulumi-scaleway-interlink/sdk/go";

/** Why a tool cannot be used on this machine; undefined if it can. */
export async function missing(tool: "go" | "python3"): Promise<string | undefined> {
  const check = tool === "go" ? ["version"] : ["-c", "import ensurepip, venv"];
  return runCommand(tool, check).then(
    () => undefined,
    () => `${tool} is not installed${tool === "python3" ? ", or lacks venv (Debian: python3-venv)" : ""}`,
  );
}

/** A folder with the SDKs generated from the schema, in `python`, `go` and `nodejs`. Needs Go. */
export async function sdks(): Promise<string> {
  const sources = await Promise.all(
    [SCHEMA_FILE, join(CLI_MODULE, "sdks", "main.go"), join(CLI_MODULE, "go.sum")].map((file) => readFile(file)),
  );
  return kept(`sdks-${fingerprint(...sources)}`, "Generating the SDKs for the other languages", (folder) =>
    go(["run", "./sdks", SCHEMA_FILE, folder], CLI_MODULE),
  );
}

/** A Python interpreter with Pulumi and the generated SDK installed. Needs Python with venv and pip, PyPI, and Go. */
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

/** A folder for PATH with Pulumi's language host for YAML. Needs Go; the first build takes minutes. */
export async function yamlHost(): Promise<string> {
  const module = await readFile(join(YAML_MODULE, "go.sum"));
  return kept(`yaml-host-${fingerprint(module)}`, "Building Pulumi's language host for YAML with Go", (folder) =>
    go(["build", "-ldflags", "-s -w", "-o", join(folder, "pulumi-language-yaml"), YAML_HOST], YAML_MODULE),
  );
}

/** Runs Go, without workspaces: a workspace file in a parent folder would override the versions in our go.sum. */
export const go = (args: string[], cwd: string): Promise<void> =>
  runCommand("go", args, { cwd, env: { ...process.env, GOWORK: "off" } });

function fingerprint(...contents: Buffer[]): string {
  const hash = createHash("sha256");
  for (const content of contents) hash.update(content);
  return hash.digest("hex").slice(0, 12);
}
