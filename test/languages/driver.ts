/** Runs a stack with another language's Automation API: a driver in that language performs one operation. */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { x } from "tinyexec";
import { type Change, note, type Runner } from "../engine/harness.ts";

/** The result that a driver writes. */
interface Result {
  /** One entry per event about a resource, in order. */
  events: { op: string; urn: string; type: string }[];
  /** The error of the Automation API. */
  error?: string;
}

/** A runner that starts a driver with the request in its environment. `program` in the settings selects the program. */
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
