import type { z } from "zod";
import { undefinedIfNotFound } from "../api/api-error.ts";
import type { Api } from "../api/client.ts";
import type { Region } from "../domain/region.ts";

/**
 * The filter of every function: an object has to match all properties that are set. A function for one object refuses a filter
 * with nothing but the region, as results from a missing configuration value.
 */
export interface Filter {
  /** A UUID or a regional id (`fr-par/UUID`). */
  id?: string;
  /** Name. */
  name?: string;
  /** Default: the configured region (`scaleway:region`, `SCW_DEFAULT_REGION`), else `fr-par`. */
  region?: Region;
}

/** The filter for objects of a project. */
export interface OwnedFilter extends Filter {
  /** The exact name. */
  name?: string;
  /** Tags that the object must all have. */
  tags?: string[];
  /** Default: any project that the API key may read. */
  projectId?: string;
}

/** The fields of every result. */
export interface Found {
  id: string;
  name: string;
  region: Region;
}

/** The fields of a result that belongs to a project. */
export interface OwnedFound extends Found {
  projectId: string;
  organizationId: string;
  /** The user's tags, without the owner tag. */
  tags: string[];
  /** RFC 3339, UTC. */
  createdAt?: string | undefined;
  /** RFC 3339, UTC. */
  updatedAt?: string | undefined;
}

/** A kind of object that can be listed. */
export interface ListKind<F extends { region?: Region }, R extends object> {
  /** Plural, for messages. */
  many: string;
  filter: z.ZodObject<{ [Key in keyof Required<F>]: z.ZodType }>;
  /** Properties of the filter that are ids. */
  ids: readonly (keyof F & string)[];
  /** Properties of the filter that are required. Default: none. */
  required?: readonly (keyof F & string)[];
  /**
   * The objects that match a valid filter. The API filters first; properties for which its filter may match more than ours
   * are compared again here. May be called again after a failure.
   */
  find(api: Api, filter: F & { region: Region }): Promise<R[]>;
}

/** A kind of object that can be looked up, all or one of them. */
export interface LookupKind<F extends Filter, R extends Found> extends ListKind<F, R> {
  /** Singular, for messages. */
  one: string;
  /** How messages show a name. Default: unchanged. */
  label?(name: string): string;
  /** Properties of the filter that have another name in results. */
  shownAs?: Readonly<Record<string, keyof R>>;
}

/** The result of a read by id, as a list of one object or none. */
export async function oneOrNone<T>(read: () => Promise<T>): Promise<T[]> {
  const found = await undefinedIfNotFound(read);
  return found === undefined ? [] : [found];
}

/** Whether a value equals the one in the filter, if that is set. */
export const matches = <T>(wanted: T | undefined, actual: T | undefined): boolean =>
  wanted === undefined || wanted === actual;

/** Whether a string equals the one in the filter, if that is set, ignoring case. */
export const matchesIgnoringCase = (wanted: string | undefined, actual: string): boolean =>
  matches(wanted?.toLowerCase(), actual.toLowerCase());

/**
 * Whether an object has the filter's name and project, and all of its tags. The API returns objects with any of the tags (typed
 * for VPCs, unknown for other kinds), so never too few.
 */
export const matchesOwned = (
  { name, tags = [], projectId }: OwnedFilter,
  object: Pick<OwnedFound, "name" | "tags" | "projectId">,
): boolean =>
  matches(name, object.name) && tags.every((tag) => object.tags.includes(tag)) && matches(projectId, object.projectId);
