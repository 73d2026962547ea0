import { isPassing } from "../../provider/api/retry.ts";
import type { Link } from "../../provider/api/wire.ts";
import { describe, factsOf, nextStep } from "../../provider/domain/status.ts";
import { partnerOf } from "../../provider/resources/interlink/state.ts";
import type { Context } from "../../provider/run/context.ts";
import { waitFor } from "../../provider/run/poll.ts";
import { formatDuration } from "../duration.ts";
import { CommandFailure, NEVER, TIMED_OUT } from "../exit.ts";
import { lookAt, type Target } from "../targets.ts";
import { type Goal, goalBlockedBy } from "./goal.ts";

/** CI systems end jobs that say nothing for ten minutes. */
const STILL_WAITING_EVERY_MS = 300_000;

/** What is waited for, how long at most, and where it is reported. */
export interface LinksWait {
  until: Goal;
  timeoutSeconds: number;
  /** Takes a line each time that a link changes, and one every five minutes. */
  say: (line: string) => void;
}

/**
 * The links, once all have got there: they are polled together, by the provider's own pauses. Throws
 * {@link CommandFailure} with {@link TIMED_OUT} or {@link NEVER}, and what else fails the first look; later failures
 * that may pass are waited through.
 */
export async function waitForLinks(context: Context, targets: readonly Target[], wait: LinksWait): Promise<Link[]> {
  const { until, timeoutSeconds, say } = wait;
  const tell = teller(context, say);
  const look = async (maxAgeMs: number) => {
    const links: Link[] = [];
    const pending: string[] = [];
    for (const [index, link] of (await lookAt(context, targets, maxAgeMs)).entries()) {
      if (link === undefined || factsOf(link.status).terminal) throw never(targets[index], link);
      const blocked = goalBlockedBy(link, until);
      tell(link.id, `${link.name}: ${await progressOf(context, link, blocked)}`, blocked !== undefined);
      links.push(link);
      if (blocked !== undefined) pending.push(`${link.name} is ${blocked}`);
    }
    return pending.length === 0 ? { done: links } : { waitingFor: pending.join("; ") };
  };
  let looked = false;
  return waitFor<Link[]>(context, {
    who: "interlink wait",
    log: context.log,
    timeoutSeconds,
    look: async (maxAgeMs) => {
      try {
        return await look(maxAgeMs);
      } catch (error) {
        if (!looked || !isPassing(error)) throw error;
        tell("API", `The API fails (${error.status ?? error.transport}), which is waited through`, true);
        return { waitingFor: "the API does not answer" };
      } finally {
        looked = true;
      }
    },
    onTimeout: (waitingFor) =>
      new CommandFailure(TIMED_OUT, "waiting for InterLinks", {
        said: `${waitingFor} after ${formatDuration(timeoutSeconds)}`,
        now: "wait again, or with a longer --timeout; `interlink status` says who has to act.",
      }),
  });
}

/** Reports what is new, and what is still waited for when nothing was reported of it for a while. */
function teller({ clock }: Context, say: (line: string) => void) {
  const start = clock.now();
  const last = new Map<string, { text: string; at: number }>();
  return (topic: string, text: string, waits: boolean) => {
    const known = last.get(topic);
    const now = clock.now();
    if (known?.text === text && !(waits && now - known.at >= STILL_WAITING_EVERY_MS)) return;
    say(known?.text === text ? `${text} (still, after ${formatDuration((now - start) / 1000)})` : text);
    last.set(topic, { text, at: now });
  };
}

async function progressOf(context: Context, link: Link, blocked: string | undefined): Promise<string> {
  if (blocked === undefined) return `${describe(link)}: done`;
  if (factsOf(link.status).provisioned) return blocked;
  // The contact helps the reader of the log; a wait does not end for want of it.
  const partner = await partnerOf(context, link).catch(() => undefined);
  return `${blocked}. ${nextStep(link, partner)}`;
}

function never(target: Target | undefined, link: Link | undefined): CommandFailure {
  const name = link?.name ?? target?.name ?? "";
  return new CommandFailure(NEVER, `waiting for InterLink ${name}`, {
    said: `it is ${link ? factsOf(link.status).label : "deleted"}, and will never be Active`,
    now: link ? nextStep(link) : "order again: `pulumi up`, where it is in a program.",
  });
}
