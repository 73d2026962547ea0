/** Runs a stack by another language's Automation API: a driver in that language does one operation and ends. */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { x } from "tinyexec";
import { type Change, note, type Runner } from "../engine/harness.ts";

/** What a driver writes. */
interface Result {
  /** Of each event about a resource, in their order. */
  events: { op: string; urn: string; type: string }[];
  /** What the Automation API failed with. */
  error?: string;
}

/** A runner that starts a driver, which gets its request in its environment. `program` of the settings is its program. */
export const drivenBy =
  (command: string, ...args: string[]): Runner =>
  async ({ name, workspace }, operation, settings) => {
    const result = join(workspace.workDir, "..", `${randomUUID()}.json`);
    const { name: project } = await workspace.projectSettings();
    const { envVars, pulumiCommand, pulumiHome } = workspace;
    const request = { operation, stack: name, project, workDir: workspace.workDir, result, ...settings };
    const { stdout, stderr } = await x(command, args, {
      nodeOptions: {
        cwd: workspace.workDir,
        env: {
          ...envVars,
          PATH: [dirname(pulumiCommand.command), envVars.PATH].join(delimiter),
          PULUMI_HOME: pulumiHome,
          INTERLINK_REQUEST: JSON.stringify(request),
        },
      },
    });
    const output = `${stdout}${stderr}`;
    const text = await readFile(result, "utf8").catch(() => {
      throw new Error(`${command} wrote no result:\n${output}`);
    });
    const { events, error }: Result = JSON.parse(text);
    const changes: Record<string, Change> = {};
    for (const event of events) note(changes, event);
    return { changes, output, ...(error !== undefined && { error: new Error(error) }) };
  };
