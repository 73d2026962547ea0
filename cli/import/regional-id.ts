import { id as idSchema } from "../../provider/resources/inputs.ts";

/** Region and UUID of an id as Scaleway's other tools write it (`fr-par/UUID`). A plain UUID needs its `region`. */
export function regionalId(text: string, region?: string): { region: string; id: string } | undefined {
  if (!idSchema.safeParse(text).success) return undefined;
  const [id = "", home = region] = text.split("/").toReversed();
  return home === undefined ? undefined : { region: home, id: id.toLowerCase() };
}
