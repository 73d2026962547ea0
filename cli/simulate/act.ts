/** Runs the subcommands of `interlink simulate` on a running simulator. Loaded only when one runs, so that help stays fast. */
import { factsOf } from "../../provider/domain/status.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { formatDuration } from "../duration.ts";
import { controlCall, linkOf, Refused, type SimulatedLink, simulatedLinks, simulatorUrl } from "./control-client.ts";

/** A simulator, and which of its links to act on. */
export interface Target {
  url?: string;
  link?: string;
  all?: boolean;
}

const DOING = "acting on simulated links";

/** Sends a control command for each target link and each body, and prints the links' new status. */
export async function act(target: Target, command: string, bodies: readonly object[] = [{}]): Promise<void> {
  const { link, all = false } = target;
  if ((link === undefined) !== all) {
    throw new UserError(DOING, {
      code: "command-failed",
      reason: "give either --link or --all",
      remedy: "see --help.",
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
      refusal ??
      new UserError(DOING, { code: "command-failed", reason: "the simulator has no link", remedy: "order one first." })
    );
  for (const { name, region, id, status } of done.values()) {
    console.log(`${name} (${region}/${id}): ${factsOf(status).label}`);
  }
}

function named(links: readonly SimulatedLink[], word: string): SimulatedLink {
  const exact = links.filter(({ id, name }) => id === word.toLowerCase() || name === word);
  // Names that Pulumi generates end with seven hexadecimal digits.
  const found = exact.length > 0 ? exact : links.filter(({ name }) => name.replace(/-[0-9a-f]{7}$/, "") === word);
  const [link, ...others] = found;
  if (link && others.length === 0) return link;
  throw new UserError(DOING, {
    code: "command-failed",
    reason: link
      ? `${found.length} links have the name ${word}: ${found.map(({ id }) => id).join(", ")}`
      : `no link has the name or id ${word}. Available: ${links.map(({ name }) => name).join(", ") || "none"}`,
    remedy: link ? "give the id of one of them." : "give one of these names, or --all.",
  });
}

/** Moves the simulator's clock forward. */
export async function advance(seconds: number, { url: given }: Pick<Target, "url">): Promise<void> {
  const now = await controlCall(simulatorUrl(given), "advance", { seconds });
  console.log(`advanced by ${formatDuration(seconds)}: the simulator's time is ${new Date(Number(now)).toISOString()}`);
}
