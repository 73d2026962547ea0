import { id as idSchema } from "../../provider/resources/inputs.ts";

/** Region and UUID of a regional id (`fr-par/UUID`), as other Scaleway tools write it. A plain UUID needs `region`. */
export function regionalId(text: string, region?: string): { region: string; id: string } | undefined {
  if (!idSchema.safeParse(text).success) return undefined;
  const [id = "", home = region] = text.split("/").toReversed();
  return home === undefined ? undefined : { region: home, id: id.toLowerCase() };
}
