/** Runs `interlink routes`. Loaded only when the command runs, so that help stays fast. */
import { regionOf } from "../../provider/resources/inputs.ts";
import { explain } from "../../provider/run/explain.ts";
import { openConnection } from "../connection.ts";
import type { ConnectionOptions } from "../connection-options.ts";
import { linksSelected, readLinks } from "../targets.ts";
import { type FamilyRoutes, LearnedRoutes, type LinkRoutes, routesOf } from "./link-routes.ts";

const DOING = "reading routes";

/** The options of the command. */
export interface Options extends ConnectionOptions {
  owner?: string;
  link?: string;
  json?: boolean;
}

/** Runs the command. */
export async function routes({ owner, link, json = false, ...options }: Options): Promise<void> {
  const context = await openConnection(options);
  const region = regionOf(context, options);
  try {
    const targets = await linksSelected(context, region, { ...(owner && { owner }), ...(link && { link }) }, DOING);
    const links = (await readLinks(context, targets, 0)).filter((one) => one?.vpcId !== undefined);
    const learned = new LearnedRoutes(context);
    const reports = await Promise.all(
      links.flatMap((one) =>
        one === undefined ? [] : [routesOf(context, learned, one).then((found) => ({ link: one, ...found }))],
      ),
    );
    if (json) {
      const document = reports.map(({ link: { id, name, region, vpcId }, ipv4, ipv6 }) => ({
        ...{ id, name, region, vpcId: vpcId ?? null },
        ...{ ipv4, ipv6 },
      }));
      console.log(JSON.stringify(document, null, 2));
    } else if (reports.length === 0) {
      console.error("warning: no link has a VPC, so there are no routes to show");
    } else {
      console.log(reports.map(({ link, ...found }) => described(link, found)).join("\n\n"));
    }
  } catch (error) {
    throw explain(DOING, error);
  }
}

function described({ name, region, id }: { name: string; region: string; id: string }, found: LinkRoutes): string {
  return [`${name} (${region}/${id})`, ...familyLines("IPv4", found.ipv4), ...familyLines("IPv6", found.ipv6)].join(
    "\n",
  );
}

function familyLines(label: string, { allowed, learned, notLearned, notAllowed }: FamilyRoutes): string[] {
  if (allowed === null && learned?.length === 0) return [`  ${label}: no routing policy is attached`];
  return [
    `  ${label} allowed:     ${listed(allowed)}`,
    `  ${label} learned:     ${listed(learned)}`,
    `  ${label} not learned: ${listed(notLearned)}`,
    ...(notAllowed === null || notAllowed.length === 0 ? [] : [`  ${label} not allowed: ${listed(notAllowed)}`]),
  ];
}

const listed = (prefixes: readonly string[] | null): string =>
  prefixes === null ? "unknown" : prefixes.join(", ") || "none";
