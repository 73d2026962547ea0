/** Runs `interlink wait`. Loaded only when the command runs, so that help stays fast. */
import { describe } from "../../provider/domain/status.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { regionOf } from "../../provider/resources/inputs.ts";
import { explain } from "../../provider/run/explain.ts";
import { openConnection } from "../connection.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import { onInterruption } from "../exit.ts";
import { linksNamed, linksOwned } from "../targets.ts";
import type { Goal } from "./goal.ts";
import { waitForLinks } from "./wait-for-links.ts";

/** The options of the command. */
export interface Options extends ConnectionOptions {
  owner?: string;
  until: Goal;
  timeout: number;
}

/** Runs the command. */
export async function wait(
  words: string[],
  { owner, until, timeout: timeoutSeconds, ...options }: Options,
): Promise<void> {
  if ((words.length === 0) === (owner === undefined)) {
    throw new UserError("interlink wait", {
      code: "command-failed",
      reason: "give either links or --owner",
      remedy: "see --help.",
    });
  }
  onInterruption((code) => {
    console.error("Interrupted. No link was changed.");
    return code;
  });
  const context = await openConnection(options);
  const region = regionOf(context, options);
  const say = (line: string) => console.error(line);
  try {
    const targets =
      owner === undefined ? await linksNamed(context, region, words) : await linksOwned(context, region, owner);
    for (const link of await waitForLinks(context, targets, { until, timeoutSeconds, say })) {
      console.log(`${link.name} (${link.region}/${link.id}): ${describe(link)}`);
    }
  } catch (error) {
    throw explain("waiting for InterLinks", error);
  }
}
