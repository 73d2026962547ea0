/** Runs `interlink pairing-key`. Loaded only when the command runs, so that help stays fast. */
import type { Link } from "../../provider/api/wire.ts";
import { ownershipOf } from "../../provider/domain/owner-tag.ts";
import { expiryOf, factsOf } from "../../provider/domain/status.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { regionOf } from "../../provider/resources/inputs.ts";
import { partnerOf } from "../../provider/resources/interlink/state.ts";
import type { Context } from "../../provider/run/context.ts";
import { explain } from "../../provider/run/explain.ts";
import { openConnection } from "../connection.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import { linksSelected, readLinks, type Selection, type Target } from "../targets.ts";

const DOING = "reading pairing keys";

/** The options of the command. */
export interface Options extends ConnectionOptions {
  owner?: string;
  link?: string;
  json?: boolean;
  quiet?: boolean;
}

/** A link whose partner has not accepted the order yet. */
interface WaitingLink {
  id: string;
  name: string;
  region: string;
  /** The Pulumi resource that ordered it, `<project>/<stack>/<resource>`. */
  owner: string | null;
  partner: { id: string; name: string | null; contactEmail: string | null; portalUrl: string | null };
  /** ISO 8601. */
  expiresAt: string | null;
  /** Secret. */
  pairingKey: string;
}

/** Runs the command. */
export async function pairingKey({ owner, link, json = false, quiet = false, ...options }: Options): Promise<void> {
  const context = await openConnection(options);
  const region = regionOf(context, options);
  try {
    const targets = await targetsOf(context, region, { ...(owner && { owner }), ...(link && { link }) });
    const links = (await readLinks(context, targets, 0)).filter((one) => one !== undefined);
    const waiting = await Promise.all(links.flatMap((one) => waitingLink(context, one)));
    if (quiet) return console.log(onlyOne(waiting, links).pairingKey);
    if (waiting.length === 0) console.error(`warning: ${noneWaiting(links)}`);
    if (json) console.log(JSON.stringify(waiting, null, 2));
    else if (waiting.length > 0) console.log(waiting.map(described).join("\n\n"));
  } catch (error) {
    throw explain(DOING, error);
  }
}

/** The selected links. A link given by id may belong to another project: its key is not shown. */
async function targetsOf(context: Context, region: string, selection: Selection): Promise<Target[]> {
  const targets = await linksSelected(context, region, selection, DOING);
  const projectId = context.config.projectId();
  const { link } = selection;
  if (link === undefined || targets.every((target) => target.projectId === projectId)) return targets;
  throw new UserError(DOING, {
    code: "command-failed",
    reason: `link ${link} does not belong to project ${projectId}`,
    remedy: "give the link's project with --project.",
  });
}

function waitingLink(context: Context, link: Link): Promise<WaitingLink>[] {
  const { id, name, region, tags, partner } = link;
  if (link.status !== "requested" || partner === undefined) return [];
  const contact = partnerOf(context, link).catch((error: Error) => {
    context.warnOnce(`The names of partners could not be read: ${error.message}`);
    return undefined;
  });
  const waiting = contact.then((known) => ({
    id,
    name,
    region,
    owner: ownershipOf(tags)?.owner ?? null,
    partner: {
      id: partner.partnerId,
      ...(known ?? { name: null, contactEmail: null, portalUrl: null }),
    },
    expiresAt: expiryOf(link)?.toISOString() ?? null,
    pairingKey: partner.pairingKey,
  }));
  return [waiting];
}

function onlyOne(waiting: readonly WaitingLink[], links: readonly Link[]): WaitingLink {
  const [one, ...others] = waiting;
  if (one && others.length === 0) return one;
  throw new UserError(DOING, {
    code: "command-failed",
    reason: one
      ? `${waiting.length} links are waiting for their partners: ${waiting.map(nameOf).join(", ")}`
      : noneWaiting(links),
    remedy: one ? "select one with --link, or omit --quiet." : "`interlink status` shows the next step for each link.",
  });
}

const noneWaiting = (links: readonly Link[]): string => {
  const statuses = links.map(({ name, status }) => `${name} is ${factsOf(status).label}`);
  return `no link is waiting for its partner${statuses.length > 0 ? ` (${statuses.join(", ")})` : ""}`;
};

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

function described({ name, region, id, partner, expiresAt, pairingKey }: WaitingLink): string {
  const contact = [partner.contactEmail, partner.portalUrl].filter(Boolean).join(", ");
  return [
    `${name} (${region}/${id})`,
    `  pairing key: ${pairingKey}`,
    `  give it to:  ${partner.name ?? partner.id}${contact ? ` (${contact})` : ""}`,
    `  before:      ${expiresAt ? DAY.format(Date.parse(expiresAt)) : "the order expires, 10 days after it was placed"}`,
  ].join("\n");
}

const nameOf = ({ name }: WaitingLink) => name;
