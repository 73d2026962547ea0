import type { z } from "zod";
import { undefinedIfNotFound } from "../api/api-error.ts";
import type { Api } from "../api/client.ts";
import type { Region } from "../domain/region.ts";

/**
 * What every look-up can be asked: all that is given must be so. The look-up of one object refuses a filter in which
 * nothing but the region is given, such as one by the name in a setting that is missing.
 */
export interface Filter {
  /** A UUID or a regional id (`fr-par/UUID`). */
  id?: string;
  /** Name. */
  name?: string;
  /** Default: the configured region (`scaleway:region`, `SCW_DEFAULT_REGION`), else `fr-par`. */
  region?: Region;
}

/** The same for objects of a project. */
export interface OwnedFilter extends Filter {
  /** Exactly this name. */
  name?: string;
  /** All of these tags. */
  tags?: string[];
  /** Default: any project that the API key may read. */
  projectId?: string;
}

/** What every look-up returns of an object. */
export interface Found {
  id: string;
  name: string;
  region: Region;
}

/** The same for objects of a project. */
export interface OwnedFound extends Found {
  projectId: string;
  organizationId: string;
  /** The user's tags: the owner tag is not among them. */
  tags: string[];
  /** RFC 3339, UTC. */
  createdAt?: string | undefined;
  /** RFC 3339, UTC. */
  updatedAt?: string | undefined;
}

/** What can be listed. */
export interface ListKind<F extends { region?: Region }, R extends object> {
  /** As messages call them. */
  many: string;
  filter: z.ZodObject<{ [Key in keyof Required<F>]: z.ZodType }>;
  /** Which parts of the filter are ids. */
  ids: readonly (keyof F & string)[];
  /** Which parts of the filter have to be given. Default: none. */
  required?: readonly (keyof F & string)[];
  /**
   * What matches a filter that has been checked. What the API is asked to filter is compared again wherever its filter may
   * be wider than ours. It may be called again after a failure.
   */
  find(api: Api, filter: F & { region: Region }): Promise<R[]>;
}

/** A kind of object that can be looked up, all or one of them. */
export interface LookupKind<F extends Filter, R extends Found> extends ListKind<F, R> {
  /** As messages call one of them. */
  one: string;
  /** The name as messages write it. Default: as it is. */
  label?(name: string): string;
  /** Parts of the filter that results have under another name. */
  shownAs?: Readonly<Record<string, keyof R>>;
}

/** What a read by id finds: one object, or none. */
export async function oneOrNone<T>(read: () => Promise<T>): Promise<T[]> {
  const found = await undefinedIfNotFound(read);
  return found === undefined ? [] : [found];
}

/** Not asked for, or equal. */
export const is = <T>(wanted: T | undefined, actual: T | undefined): boolean =>
  wanted === undefined || wanted === actual;

/** Not asked for, or the same text but for case. */
export const isText = (wanted: string | undefined, actual: string): boolean =>
  is(wanted?.toLowerCase(), actual.toLowerCase());

/**
 * Name and project are as asked for, and all tags are there. The API finds objects that have any of the tags (typed for
 * VPCs, not known of the others), and so none too few.
 */
export const isOwnedAs = (
  { name, tags = [], projectId }: OwnedFilter,
  object: Pick<OwnedFound, "name" | "tags" | "projectId">,
): boolean =>
  is(name, object.name) && tags.every((tag) => object.tags.includes(tag)) && is(projectId, object.projectId);
