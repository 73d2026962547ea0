/** Client of a running simulator's control interface. */
import * as z from "zod";
import { isLoopback } from "../../provider/domain/loopback.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { DEFAULT_PORT } from "./port.ts";

const linkSchema = z.object({ id: z.string(), name: z.string(), region: z.string(), status: z.string() });
/** A link of the simulator. */
export type SimulatedLink = z.output<typeof linkSchema>;

const refusalSchema = z.object({ message: z.string() });

/** The simulator refused a command, because the link is not in a suitable status. */
export class Refused extends UserError {}

/** The simulator's URL: from --url, else from SCW_API_URL if that is on this machine, else at the default port. */
export function simulatorUrl(given: string | undefined, env = process.env): string {
  const configured = URL.parse(env.SCW_API_URL ?? "");
  const fromEnv = configured !== null && isLoopback(configured) ? env.SCW_API_URL : undefined;
  return (given ?? fromEnv ?? `http://127.0.0.1:${DEFAULT_PORT}`).replace(/\/+$/, "");
}

/**
 * Sends a control command and returns the answer.
 * @throws Refused with the simulator's message; UserError if no simulator answers
 */
export async function controlCall(url: string, command: string, body: object = {}): Promise<unknown> {
  const doing = `calling the simulator at ${url}`;
  const answer = await fetch(`${url}/_simulator/${command}`, { method: "POST", body: JSON.stringify(body) }).catch(
    (cause: unknown) => {
      throw new UserError(doing, {
        code: "command-failed",
        reason: "no answer",
        remedy: "start a simulator with `interlink simulate`, or give its URL with --url.",
        cause,
      });
    },
  );
  const text = await answer.text();
  if (answer.status === 200) return JSON.parse(text);
  if (answer.status === 409) {
    const { message } = refusalSchema.parse(JSON.parse(text));
    throw new Refused(doing, {
      code: "command-failed",
      reason: message,
      remedy: "`interlink status` shows the status of each link.",
    });
  }
  throw new UserError(doing, {
    code: "command-failed",
    reason: `${command} returned HTTP ${answer.status}`,
    remedy: "check --url: the server there is not a simulator of this version.",
  });
}

/** All links of the simulator. */
export async function simulatedLinks(url: string): Promise<SimulatedLink[]> {
  return z.object({ links: z.array(linkSchema) }).parse(await controlCall(url, "snapshot")).links;
}

/** The link in the answer to a control command, in its new status. */
export const linkOf = (answer: unknown): SimulatedLink => linkSchema.parse(answer);
