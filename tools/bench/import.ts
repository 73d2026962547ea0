/** What importing the package costs, in a fresh process each time. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { repoRoot } from "../pulumi-cli.ts";
import { median, type Samples } from "./samples.ts";

const TIMES = 5;

/** One run: turn about, five processes each. */
export async function measureImport(samples: Samples): Promise<void> {
  const alone: number[] = [];
  const ours: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    alone.push(await millisecondsOf("@pulumi/pulumi"));
    ours.push(await millisecondsOf("pulumi-scaleway-interlink"));
  }
  samples.note("import.ratio", median(ours) / median(alone));
}

async function millisecondsOf(name: string): Promise<number> {
  const script = `const t = performance.now(); await import("${name}"); console.log(performance.now() - t)`;
  const args = ["--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: repoRoot });
  return Number(stdout);
}
