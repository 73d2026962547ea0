/** Comments that name the ids in a program, so that readers recognise PoPs, partners and VPCs. */
import type { Context } from "../../provider/run/context.ts";
import type { FoundNetwork } from "./found.ts";

/** Names of PoPs, partners and VPCs, by id. */
export type Labels = ReadonlyMap<string, string>;

/** Reads the names. Names that cannot be read get no comment. */
export async function labelsOf(context: Context, { links }: FoundNetwork): Promise<Labels> {
  const regions = [...new Set(links.map(({ live }) => live.region))];
  const lists = await Promise.all([
    ...regions.flatMap((region) => [context.pops(region).catch(() => []), context.partners(region).catch(() => [])]),
    ...links
      .map(async ({ live: { region, vpcId } }) =>
        vpcId === undefined ? [] : [await context.vpc({ region, id: vpcId })],
      )
      .map((vpc) => vpc.catch(() => [])),
  ]);
  return new Map(lists.flat().map(({ id, name }) => [id, name.replaceAll(/\s+/g, " ").trim()]));
}

/** Adds the names as comments to lines that end with an id. `mark` starts a comment. */
export function labelled(text: string, mark: string, labels: Labels): string {
  const line = (one: string): string => {
    const [, id = ""] = /([0-9a-f-]{36})"?,?$/.exec(one) ?? [];
    const label = labels.get(id);
    return label === undefined ? one : `${one} ${mark} ${label}`;
  };
  return text.split("\n").map(line).join("\n");
}
