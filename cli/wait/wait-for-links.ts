import { isPassing } from "../../provider/api/retry.ts";
import type { Link } from "../../provider/api/wire.ts";
import { describe, factsOf, nextStep } from "../../provider/domain/status.ts";
import { partnerOf } from "../../provider/resources/interlink/state.ts";
import type { Context } from "../../provider/run/context.ts";
import { waitFor } from "../../provider/run/poll.ts";
import { formatDuration } from "../duration.ts";
import { CommandFailure, NEVER, TIMED_OUT } from "../exit.ts";
import { readLinks, type Target } from "../targets.ts";
import { type Goal, goalBlockedBy } from "./goal.ts";

/** Some CI systems end jobs that print nothing for ten minutes. */
const STILL_WAITING_EVERY_MS = 300_000;

/** The goal of a wait, its timeout, and where to report progress. */
export interface LinksWait {
  until: Goal;
  timeoutSeconds: number;
  /** Prints a line whenever a link changes, and every five minutes. */
  say: (line: string) => void;
}

/**
 * Waits until all links have reached the goal, and returns them. It polls them together, at the provider's intervals. After the
 * first successful read, transient API errors only prolong the wait.
 * @throws CommandFailure with {@link TIMED_OUT} or {@link NEVER}; any error of the first read
 */
export async function waitForLinks(context: Context, targets: readonly Target[], wait: LinksWait): Promise<Link[]> {
  const { until, timeoutSeconds, say } = wait;
  const report = progressReporter(context, say);
  const check = async (maxAgeMs: number) => {
    const links: Link[] = [];
    const pending: string[] = [];
    for (const [index, link] of (await readLinks(context, targets, maxAgeMs)).entries()) {
      if (link === undefined || factsOf(link.status).terminal) throw never(targets[index], link);
      const blocked = goalBlockedBy(link, until);
      report(link.id, `${link.name}: ${await progressOf(context, link, blocked)}`, blocked !== undefined);
      links.push(link);
      if (blocked !== undefined) pending.push(`${link.name} is ${blocked}`);
    }
    return pending.length === 0 ? { done: links } : { waitingFor: pending.join("; ") };
  };
  let hasRead = false;
  return waitFor<Link[]>(context, {
    who: "interlink wait",
    log: context.log,
    timeoutSeconds,
    check: async (maxAgeMs) => {
      try {
        return await check(maxAgeMs);
      } catch (error) {
        if (!hasRead || !isPassing(error)) throw error;
        report("API", `The API fails (${error.status ?? error.transport}). The wait continues`, true);
        return { waitingFor: "the API does not answer" };
      } finally {
        hasRead = true;
      }
    },
    onTimeout: (waitingFor) =>
      new CommandFailure(TIMED_OUT, "waiting for InterLinks", {
        reason: `timed out after ${formatDuration(timeoutSeconds)}: ${waitingFor}`,
        remedy: "run the command again, or use a longer --timeout. `interlink status` shows who has to act.",
      }),
  });
}

/** Reports each change at once, and repeats the last line of a pending topic after five minutes without a change. */
function progressReporter({ clock }: Context, say: (line: string) => void) {
  const start = clock.now();
  const last = new Map<string, { text: string; at: number }>();
  return (topic: string, text: string, isPending: boolean) => {
    const known = last.get(topic);
    const now = clock.now();
    if (known?.text === text && !(isPending && now - known.at >= STILL_WAITING_EVERY_MS)) return;
    say(known?.text === text ? `${text} (still, after ${formatDuration((now - start) / 1000)})` : text);
    last.set(topic, { text, at: now });
  };
}

async function progressOf(context: Context, link: Link, blocked: string | undefined): Promise<string> {
  if (blocked === undefined) return `${describe(link)}: done`;
  if (factsOf(link.status).provisioned) return blocked;
  // The contact is only information for the log: without it the wait continues.
  const partner = await partnerOf(context, link).catch(() => undefined);
  return `${blocked}. ${nextStep(link, partner)}`;
}

function never(target: Target | undefined, link: Link | undefined): CommandFailure {
  const name = link?.name ?? target?.name ?? "";
  return new CommandFailure(NEVER, `waiting for InterLink ${name}`, {
    reason: `it is ${link ? factsOf(link.status).label : "deleted"} and will never become Active`,
    remedy: link ? nextStep(link) : "if a Pulumi program declares it, run `pulumi up` to order it again.",
  });
}
