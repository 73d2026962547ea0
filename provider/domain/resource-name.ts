import { randomBytes } from "node:crypto";

/** A resource of a program, as its host knows it. */
export interface Resource {
  /** Its class, such as `VpcAttachment`. */
  kind: string;
  /** Its logical name; empty where the host knows none, as for a `get`. */
  name: string;
  /** Whose the live object is: `<project>/<stack>/<name>`, or empty likewise. */
  owner: string;
  /** The owner under which the state was recorded: another one after a rename of stack or resource. */
  recordedOwner: string;
}

/** Published limit of an object's name. */
const LONGEST_NAME = 255;

/** The default name of an object: its logical name and seven hex digits, as Pulumi names things. */
export const autoname = ({ name }: Pick<Resource, "name">): string =>
  `${name.slice(0, LONGEST_NAME - 8)}-${randomBytes(4).toString("hex").slice(0, 7)}`;

/** The logical name in `<project>/<stack>/<resource>`. */
export const nameOfOwner = (owner: string): string => owner.split("/").slice(2).join("/");

/** What a URN (`urn:pulumi:<stack>::<project>::<types>::<name>`) names: whose it is, and its kind. */
export function ownerOfUrn(urn: string): { owner: string; kind: string } {
  const [prefix = "", project = "", types = "", ...name] = urn.split("::");
  const kind = types.split("$").at(-1)?.split(":").at(-1) ?? "";
  return { owner: `${project}/${prefix.replace(/^urn:pulumi:/, "")}/${name.join("::")}`, kind };
}

/** Whether live objects of a kind carry their owner's tag, by which they are found again. */
export const isFoundByOwner = (kind: string): boolean => kind === "InterLink" || kind === "RoutingPolicy";

/** Why two of such a kind with one name are refused. */
export const twinRefusal = (kind: string, name: string): string =>
  `This program has two ${kind}s named "${name}", under different parents. Give them different names: the provider ` +
  `finds a lost order by its resource's name, so two with the same name could adopt each other's ${kind}.`;

/** A resource as messages name it: its kind and logical name, or its id where it has no name. */
export const labelOf = ({ kind, name }: Pick<Resource, "kind" | "name">, id = ""): string => `${kind} "${name || id}"`;
