import * as pulumi from "@pulumi/pulumi";
import { packageVersion } from "../provider/domain/package-version.ts";
// Types only: what makes calls is loaded by the first look-up, so that programs without one don't pay for it.
import type { Filter, Found, ListKind, LookupKind, PopFilter, PopResult, Reader } from "../provider/functions/index.ts";
import type { Region } from "../provider/index.ts";
import { currentHost } from "./host.ts";
import { mistake } from "./mistake.ts";

type Lookup = Pick<
  typeof import("../provider/functions/index.ts"),
  "findAll" | "findOne" | "lists" | "nouns" | "prefixesByFamily"
>;
type Nouns = Lookup["nouns"];

/** A look-up's filter whose parts may be Outputs, of resources or of other look-ups. */
export type LookupInputs<F> = {
  [Key in keyof F]: pulumi.Input<
    NonNullable<F[Key]> extends readonly (infer Item)[] ? pulumi.Input<Item>[] : NonNullable<F[Key]>
  >;
};

/**
 * Readers, which keep what they have read, by the root stack of their run: one process may run many programs (Automation
 * API), and what one has read may have changed before the next.
 */
const readers = new WeakMap<object, Reader>();

/** Runs in which the plugin has been asked, and has answered. */
const answered = new WeakSet<object>();

/** Looks up all that match. `name` is the function's own. */
export const all = <F extends Filter, R extends Found>(
  name: string,
  noun: (nouns: Nouns) => LookupKind<F, R>,
  filter: F,
): Promise<R[]> => inRun(name, filter, ({ findAll, nouns }, reader) => findAll(reader, noun(nouns), filter));

/** Lists what a VPC has. `name` is the function's own, and `show` makes its result. */
export const listed = <F extends { region?: Region }, R extends object, Result>(
  name: string,
  list: (lists: Lookup["lists"]) => ListKind<F, R>,
  filter: F,
  show: (found: R[], lookup: Lookup) => Result,
): Promise<Result> =>
  inRun(name, filter, async (lookup, reader) => show(await lookup.findAll(reader, list(lookup.lists), filter), lookup));

/** Looks up the one that matches. `name` is the function's own. */
export const one = <F extends Filter, R extends Found>(
  name: string,
  noun: (nouns: Nouns) => LookupKind<F, R>,
  filter: F,
): Promise<R> => inRun(name, filter, ({ findOne, nouns }, reader) => findOne(reader, noun(nouns), filter));

/**
 * The PoPs of a region, where a look-up of this run has shown that the API can be asked; else none. For notices: it never
 * fails, and makes no call that a program without look-ups would not make.
 */
export async function popsOfRun(filter: PopFilter): Promise<PopResult[]> {
  const run = pulumi.runtime.getStackResource();
  if (run === undefined || !(readers.has(run) || answered.has(run))) return [];
  return all("getPops", (nouns) => nouns.pops, filter).catch(() => []);
}

/** The same for a filter with Outputs: unknown for as long as one of them is, and secret if one of them is. */
export const whenKnown = <F, R>(lookUp: (filter: F) => Promise<R>, filter: LookupInputs<F>): pulumi.Output<R> =>
  (pulumi.output(filter) as pulumi.Output<unknown>).apply((known) => lookUp(known as F)) as pulumi.Output<R>;

/** The test mocks of Pulumi that are set, as `pulumi.runtime.setMocks` keeps them. */
const mocksSet = () => (pulumi.runtime.getMonitor() as { mocks?: pulumi.runtime.Mocks } | undefined)?.mocks;

async function inRun<T>(
  name: string,
  filter: object,
  look: (lookup: Lookup, reader: Reader) => Promise<T>,
): Promise<T> {
  // A unit test never reaches the network. What its mocks answer is the result, lists included, which no invoke may have.
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
  // `get` gives the secret key too as what it is. It goes into the header of calls, and nowhere else.
  const open = () => openReader((key) => config.get(key.replace(/^scaleway:/, "")));
  try {
    if (run !== undefined) {
      const reader = readers.get(run) ?? open();
      readers.set(run, reader);
      return await look(lookup, reader);
    }
    // No run, as in a script: nothing outlives the call.
    const reader = open();
    return await look(lookup, reader).finally(() => reader.api.close());
  } catch (error) {
    throw error instanceof UserError ? mistake(error.message) : error;
  }
}

/** Asks the plugin, whose configuration then holds for look-ups too. What it gives of many has the function's own name. */
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
