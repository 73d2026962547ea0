/** The configuration of a stack, as the Pulumi CLI decrypts it. It holds the secret key: nothing here prints a value. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import { UserError } from "../provider/domain/user-error.ts";

/** A stack as the Pulumi CLI names it, and the folder of its program. */
export interface StackSource {
  /** `dev`, `acme/dev` or `acme/network/dev`. */
  stack: string;
  /** Default: the current folder. */
  cwd?: string;
}

const configSchema = z.record(z.string(), z.looseObject({ value: z.string().optional() }));

/**
 * Reads a stack's configuration with `pulumi config --show-secrets`, by its full keys (`scaleway:secretKey`). The CLI
 * needs what it always needs to decrypt: a passphrase in the environment, or access to the stack's secrets provider.
 * @throws UserError where there is no CLI, no such stack, or where it cannot decrypt
 */
export async function readStackConfig({ stack, cwd }: StackSource): Promise<Map<string, string>> {
  const args = ["config", "--json", "--show-secrets", "--non-interactive", "--stack", stack];
  const doing = `reading the configuration of stack ${stack}`;
  try {
    const { stdout } = await promisify(execFile)("pulumi", cwd === undefined ? args : [...args, "--cwd", cwd]);
    const entries = Object.entries(configSchema.parse(JSON.parse(stdout)));
    return new Map(entries.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])));
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") {
      throw new UserError(doing, {
        code: "command-failed",
        said: "there is no pulumi on PATH",
        now: "install the Pulumi CLI, or leave --stack out and export SCW_SECRET_KEY and SCW_DEFAULT_PROJECT_ID.",
      });
    }
    // What could not be parsed holds the key; what the CLI writes on standard error does not.
    throw new UserError(doing, {
      code: "command-failed",
      said: messageOf(stderr) || "the Pulumi CLI wrote no configuration that can be read",
      now: "check --stack and --cwd (`pulumi stack ls` lists the stacks), and PULUMI_CONFIG_PASSPHRASE where it has one.",
    });
  }
}

/** The CLI's errors, without what it says before and after them. */
function messageOf(stderr = ""): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => line.startsWith("error: ")).map((line) => line.slice("error: ".length));
  return (errors.length > 0 ? errors : lines.filter(Boolean)).join("; ");
}
