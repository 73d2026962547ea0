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

/** A resource as messages name it: its kind and logical name, or its id where it has no name. */
export const labelOf = ({ kind, name }: Pick<Resource, "kind" | "name">, id = ""): string => `${kind} "${name || id}"`;
