import { randomBytes } from "node:crypto";

/** A resource of the program, as the host identifies it. */
export interface Resource {
  /** Its class, such as `VpcAttachment`. */
  kind: string;
  /** Its logical name; empty if the host knows none, as with `get`. */
  name: string;
  /** Owner of the live object: `<project>/<stack>/<name>`; empty if `name` is. */
  owner: string;
  /** The owner in the state: differs from `owner` after a rename of the stack or the resource. */
  recordedOwner: string;
}

/** The API's published limit. */
const LONGEST_NAME = 255;

/** The default name of an object: logical name and seven hex digits, as Pulumi's auto-naming does it. */
export const autoname = ({ name }: Pick<Resource, "name">): string =>
  `${name.slice(0, LONGEST_NAME - 8)}-${randomBytes(4).toString("hex").slice(0, 7)}`;

/** The logical name in `<project>/<stack>/<resource>`. */
export const nameOfOwner = (owner: string): string => owner.split("/").slice(2).join("/");

/** The owner and the kind in a URN (`urn:pulumi:<stack>::<project>::<types>::<name>`). */
export function ownerOfUrn(urn: string): { owner: string; kind: string } {
  const [prefix = "", project = "", types = "", ...name] = urn.split("::");
  const kind = types.split("$").at(-1)?.split(":").at(-1) ?? "";
  return { owner: `${project}/${prefix.replace(/^urn:pulumi:/, "")}/${name.join("::")}`, kind };
}

/** Whether live objects of a kind have an owner tag, by which the provider finds them again. */
export const isFoundByOwner = (kind: string): boolean => kind === "InterLink" || kind === "RoutingPolicy";

/** The error for two resources of such a kind with the same name. */
export const twinRefusal = (kind: string, name: string): string =>
  `This program has two ${kind}s named "${name}", under different parents. Give them different names: the provider ` +
  `finds a lost order by its resource's name, so two with the same name could adopt each other's ${kind}.`;

/** How messages name a resource: its kind and its logical name, or its id if it has no name. */
export const labelOf = ({ kind, name }: Pick<Resource, "kind" | "name">, id = ""): string => `${kind} "${name || id}"`;
