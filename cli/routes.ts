/** `interlink routes`: which prefixes are allowed on each link, which the VPC has learned, and what differs. */
import { Command } from "commander";
import { regionOf } from "../provider/resources/inputs.ts";
import { explain } from "../provider/run/explain.ts";
import { CONNECTION_HELP, type ConnectionOptions, connectionOptions, openConnection } from "./connection.ts";
import { type FamilyRoutes, LearnedRoutes, type LinkRoutes, routesOf } from "./routes/link-routes.ts";
import { linksSelected, lookAt } from "./targets.ts";

interface Options extends ConnectionOptions {
  owner?: string;
  link?: string;
  json?: boolean;
}

const DOING = "reading routes";

const HELP = `
Of each link with a VPC, for IPv4 and IPv6: the prefixes that its routing policy allows from your network, those that the VPC
has learned over the link by BGP, and what differs. A prefix that is allowed and not learned is not announced by your
router, or not yet.

--json writes [{id, name, region, vpcId, ipv4, ipv6}], both families with {allowed, learned, notLearned, notAllowed}. What is
unknown is null: the API key needs the right to read a VPC's routes.
${CONNECTION_HELP}

Exit codes: 0 shown; 1 failed.

Examples:
  interlink routes --stack production
  interlink routes --link paris-1a2b3c4 --json`;

/** Makes the command. */
export function routesCommand(): Command {
  return connectionOptions(
    new Command("routes").description("show the routes that are allowed and learned on each link"),
  )
    .option("--owner <project/stack>", "links of this stack, or of one resource of it")
    .option("--link <link>", "one link: an id, a regional id (fr-par/UUID) or a name")
    .option("--json", "write JSON")
    .addHelpText("after", HELP)
    .action(routes);
}

async function routes({ owner, link, json = false, ...options }: Options): Promise<void> {
  const context = await openConnection(options);
  const region = regionOf(context, options);
  try {
    const targets = await linksSelected(context, region, { ...(owner && { owner }), ...(link && { link }) }, DOING);
    const links = (await lookAt(context, targets, 0)).filter((one) => one?.vpcId !== undefined);
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
      console.error("warning: no link has a VPC, so none has routes");
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
