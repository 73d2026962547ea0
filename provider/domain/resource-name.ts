import { randomBytes } from "node:crypto";

/** Published limit of an object's name. */
const LONGEST_NAME = 255;

/** The default name of an object: its logical name and seven hex digits, as Pulumi names things. */
export const autoname = (owner: string): string =>
  `${resourceName(owner).slice(0, LONGEST_NAME - 8)}-${randomBytes(4).toString("hex").slice(0, 7)}`;

/** The logical name in `<project>/<stack>/<resource>`. */
const resourceName = (owner: string): string => owner.split("/").slice(2).join("/");

/** A resource as messages name it: its kind and logical name, or its id where it has no name. */
export const labelOf = (kind: string, owner: string | undefined, fallback = ""): string =>
  `${kind} "${owner ? resourceName(owner) : fallback}"`;
