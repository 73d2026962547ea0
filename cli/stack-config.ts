/** Reads the decrypted configuration of a stack. It contains the secret key, so nothing here prints a value. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as z from "zod";
import { UserError } from "../provider/domain/user-error.ts";

/** A stack, and the folder of its program. */
export interface StackSource {
  /** `dev`, `acme/dev` or `acme/network/dev`. */
  stack: string;
  /** Default: the current folder. */
  cwd?: string;
}

const configSchema = z.record(z.string(), z.looseObject({ value: z.string().optional() }));

/**
 * Reads a stack's configuration with `pulumi config --show-secrets`. Keys are full (`scaleway:secretKey`). To decrypt, the CLI
 * needs the passphrase in the environment or access to the stack's secrets provider.
 * @throws UserError if the Pulumi CLI is missing, the stack does not exist, or the CLI cannot decrypt the configuration
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
        reason: "the Pulumi CLI is not on PATH",
        remedy: "install the Pulumi CLI, or omit --stack and export SCW_SECRET_KEY and SCW_DEFAULT_PROJECT_ID.",
      });
    }
    // Never show stdout: it contains the secret key. The CLI's stderr does not.
    throw new UserError(doing, {
      code: "command-failed",
      reason: messageOf(stderr) || "the output of the Pulumi CLI is not a valid configuration",
      remedy:
        "check --stack and --cwd (`pulumi stack ls` lists the stacks), and PULUMI_CONFIG_PASSPHRASE if the stack has one.",
    });
  }
}

/** The errors in the CLI's output, without the lines around them. */
function messageOf(stderr = ""): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => line.startsWith("error: ")).map((line) => line.slice("error: ".length));
  return (errors.length > 0 ? errors : lines.filter(Boolean)).join("; ");
}
