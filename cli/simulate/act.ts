/** What the commands of `interlink simulate` do on a simulator that runs: loaded once one is called. */
import { factsOf } from "../../provider/domain/status.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { formatDuration } from "../duration.ts";
import { controlCall, linkOf, Refused, type SimulatedLink, simulatedLinks, simulatorUrl } from "./control-client.ts";

/** Which simulator, and which of its links. */
export interface Target {
  url?: string;
  link?: string;
  all?: boolean;
}

const DOING = "acting on simulated links";

/** Does one thing to links. */
export async function act(target: Target, command: string, bodies: readonly object[] = [{}]): Promise<void> {
  const { link, all = false } = target;
  if ((link === undefined) !== all) {
    throw new UserError(DOING, {
      code: "command-failed",
      said: "give --link or --all, one of the two",
      now: "see --help.",
    });
  }
  const simulator = simulatorUrl(target.url);
  const links = await simulatedLinks(simulator);
  const targets = link === undefined ? links : [named(links, link)];
  let refusal: Refused | undefined;
  const done = new Map<string, SimulatedLink>();
  for (const { id } of targets) {
    for (const body of bodies) {
      try {
        done.set(id, linkOf(await controlCall(simulator, command, { linkId: id, ...body })));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refusal = error;
      }
    }
  }
  if (done.size === 0)
    throw (
      refusal ?? new UserError(DOING, { code: "command-failed", said: "there is no link", now: "order one first." })
    );
  for (const { name, region, id, status } of done.values()) {
    console.log(`${name} (${region}/${id}): ${factsOf(status).label}`);
  }
}

function named(links: readonly SimulatedLink[], word: string): SimulatedLink {
  const exact = links.filter(({ id, name }) => id === word.toLowerCase() || name === word);
  // Pulumi's names end with seven hexadecimal digits.
  const found = exact.length > 0 ? exact : links.filter(({ name }) => name.replace(/-[0-9a-f]{7}$/, "") === word);
  const [link, ...others] = found;
  if (link && others.length === 0) return link;
  throw new UserError(DOING, {
    code: "command-failed",
    said: link
      ? `${found.length} links have the name ${word}: ${found.map(({ id }) => id).join(", ")}`
      : `there is no link ${word}. Available: ${links.map(({ name }) => name).join(", ") || "none"}`,
    now: link ? "give an id." : "give one of these, or --all.",
  });
}

/** Moves the clock. */
export async function advance(seconds: number, { url: given }: Pick<Target, "url">): Promise<void> {
  const now = await controlCall(simulatorUrl(given), "advance", { seconds });
  console.log(`${formatDuration(seconds)} later it is ${new Date(Number(now)).toISOString()} there`);
}
