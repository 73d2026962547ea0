import * as pulumi from "@pulumi/pulumi";
import { packageVersion } from "../provider/domain/package-version.ts";
// Types only: the first lookup loads the client, so that programs without lookups start faster.
import type { Filter, Found, ListKind, LookupKind, PopFilter, PopResult, Reader } from "../provider/functions/index.ts";
import type { Region } from "../provider/index.ts";
import { currentHost } from "./host.ts";
import { mistake } from "./mistake.ts";

type Lookup = Pick<
  typeof import("../provider/functions/index.ts"),
  "findAll" | "findOne" | "lists" | "nouns" | "prefixesByFamily"
>;
type Nouns = Lookup["nouns"];

/** A filter whose values may be Outputs, of resources or of other functions. */
export type LookupInputs<F> = {
  [Key in keyof F]: pulumi.Input<
    NonNullable<F[Key]> extends readonly (infer Item)[] ? pulumi.Input<Item>[] : NonNullable<F[Key]>
  >;
};

/**
 * Readers by the root stack of their run. A reader caches, and one process may run many programs (Automation API): one
 * cache per run keeps a later program from reading stale objects.
 */
const readers = new WeakMap<object, Reader>();

/** Runs in which the plugin has answered a lookup. */
const answered = new WeakSet<object>();

/** Returns all objects that match. `name` is the name of the exported function. */
export const all = <F extends Filter, R extends Found>(
  name: string,
  noun: (nouns: Nouns) => LookupKind<F, R>,
  filter: F,
): Promise<R[]> => inRun(name, filter, ({ findAll, nouns }, reader) => findAll(reader, noun(nouns), filter));

/** Lists what a VPC contains. `name` is the name of the exported function; `show` makes its result. */
export const listed = <F extends { region?: Region }, R extends object, Result>(
  name: string,
  list: (lists: Lookup["lists"]) => ListKind<F, R>,
  filter: F,
  show: (found: R[], lookup: Lookup) => Result,
): Promise<Result> =>
  inRun(name, filter, async (lookup, reader) => show(await lookup.findAll(reader, list(lookup.lists), filter), lookup));

/** Returns the one object that matches. `name` is the name of the exported function. */
export const one = <F extends Filter, R extends Found>(
  name: string,
  noun: (nouns: Nouns) => LookupKind<F, R>,
  filter: F,
): Promise<R> => inRun(name, filter, ({ findOne, nouns }, reader) => findOne(reader, noun(nouns), filter));

/**
 * The PoPs of a region if a lookup of this run has already reached the API; otherwise none. Used for notices: it never
 * fails, and a program without lookups makes no call.
 */
export async function popsOfRun(filter: PopFilter): Promise<PopResult[]> {
  const run = pulumi.runtime.getStackResource();
  if (run === undefined || !(readers.has(run) || answered.has(run))) return [];
  return all("getPops", (nouns) => nouns.pops, filter).catch(() => []);
}

/**
 * The lookup for a filter with Outputs. The result is unknown while any of them is unknown, and secret if any is
 * secret.
 */
export const whenKnown = <F, R>(lookUp: (filter: F) => Promise<R>, filter: LookupInputs<F>): pulumi.Output<R> =>
  (pulumi.output(filter) as pulumi.Output<unknown>).apply((known) => lookUp(known as F)) as pulumi.Output<R>;

/** The mocks set by `pulumi.runtime.setMocks`, if any. */
const mocksSet = () => (pulumi.runtime.getMonitor() as { mocks?: pulumi.runtime.Mocks } | undefined)?.mocks;

async function inRun<T>(
  name: string,
  filter: object,
  read: (lookup: Lookup, reader: Reader) => Promise<T>,
): Promise<T> {
  // Unit tests never reach the network. The mock is called directly because an invoke cannot return a list.
  const mocks = mocksSet();
  if (mocks !== undefined)
    return mocks.call({ token: `scaleway-interlink:index:${name}`, inputs: filter }) as Promise<T>;
  const run = pulumi.runtime.getStackResource();
  if (run !== undefined && currentHost() === "plugin") {
    const found = await askPlugin<T>(name, filter);
    answered.add(run);
    return found;
  }
  const config = new pulumi.Config("scaleway");
  const { openReader, UserError, ...lookup } = await import("../provider/functions/index.ts");
  // `get` returns the secret key as plain text. It is used in the header of API calls only.
  const open = () => openReader((key) => config.get(key.replace(/^scaleway:/, "")));
  try {
    if (run !== undefined) {
      const reader = readers.get(run) ?? open();
      readers.set(run, reader);
      return await read(lookup, reader);
    }
    // Outside of a run, as in a script, nothing is cached.
    const reader = open();
    return await read(lookup, reader).finally(() => reader.api.close());
  } catch (error) {
    throw error instanceof UserError ? mistake(error.message) : error;
  }
}

/** Calls the plugin, so that its configuration applies. A list comes back under the function's name without `get`. */
async function askPlugin<T>(name: string, filter: object): Promise<T> {
  const listName = name.charAt("get".length).toLowerCase() + name.slice("get".length + 1);
  try {
    const found = await pulumi.runtime.invoke(`scaleway-interlink:index:${name}`, filter, {
      version: packageVersion(),
    });
    return listName in found ? found[listName] : found;
  } catch (error) {
    throw mistake(error instanceof Error ? error.message : String(error));
  }
}
