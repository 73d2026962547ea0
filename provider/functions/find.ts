import { ApiError } from "../api/api-error.ts";
import { retry } from "../api/retry.ts";
import type { Region } from "../domain/region.ts";
import { UserError } from "../domain/user-error.ts";
import { localIds, parseInputs, regionOf } from "../resources/inputs.ts";
import type { Context } from "../run/context.ts";
import { explain } from "../run/explain.ts";
import type { Filter, Found, ListKind, LookupKind } from "./lookup-kind.ts";

/** What look-ups need of the outside world. */
export type Reader = Pick<Context, "api" | "clock" | "config">;

/** Everything that matches. Throws {@link UserError} for a filter that makes no sense, and when the API fails. */
export async function findAll<F extends { region?: Region }, R extends object>(
  reader: Reader,
  noun: ListKind<F, R>,
  filter: NoInfer<F>,
): Promise<R[]> {
  return read(reader, noun, checked(reader, noun, filter));
}

/**
 * The one that matches. Throws {@link UserError} with what there is when it is not exactly one; and for a filter that asks
 * for nothing, lest a missing setting take what happens to be the only one.
 */
export async function findOne<F extends Filter, R extends Found>(
  reader: Reader,
  noun: LookupKind<F, R>,
  filter: NoInfer<F>,
): Promise<R> {
  const wanted = checked(reader, noun, filter);
  if (Object.keys(wanted).every((key) => key === "region")) {
    throw new UserError(`looking up one of the ${noun.many} in ${wanted.region}`, {
      code: "lookup-empty-filter",
      said: "the filter is empty: every property is undefined or omitted",
      now: "set its id or its name. If the value comes from the stack configuration, that key is not set (read it with `config.require`).",
    });
  }
  const [only, ...more] = await read(reader, noun, wanted);
  if (only !== undefined && more.length === 0) return only;
  const { region } = wanted;
  const lookingUp = `looking up ${noun.many} in ${region}`;
  if (only !== undefined) {
    throw new UserError(lookingUp, {
      code: "lookup-several",
      said: `${more.length + 1} ${noun.many}${wish(wanted)} in ${region}: ${list(noun, [only, ...more], { id: "", ...wanted })}`,
      now: "filter by id, or add properties to the filter.",
    });
  }
  const all = await read(reader, noun, { region } as F & { region: Region });
  throw new UserError(lookingUp, {
    code: "lookup-none",
    said:
      `no ${noun.one}${wish(wanted)} in ${region}; ` +
      (all.length > 0 ? `available: ${list(noun, all, wanted)}` : `${region} has no ${noun.many}`),
    now: "correct the filter or the region.",
  });
}

function checked<F extends { region?: Region }, R extends object>(reader: Reader, noun: ListKind<F, R>, filter: F) {
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  const { inputs, failures } = parseInputs<F>(noun.filter.partial(), given);
  const local = localIds(reader, inputs, noun.ids);
  const missing = (noun.required ?? []).flatMap((property) =>
    given[property] === undefined ? [{ property, reason: "is required" }] : [],
  );
  const wrong = [...missing, ...failures, ...local.failures].map(({ property, reason }) => `${property}: ${reason}`);
  if (wrong.length > 0) {
    throw new UserError(`looking up ${noun.many}`, {
      code: "input-invalid",
      said: wrong.join("; "),
      now: "correct the filter.",
    });
  }
  return { ...local.inputs, region: regionOf(reader, local.inputs) as Region };
}

async function read<F extends { region?: Region }, R extends object>(
  { api, clock }: Reader,
  noun: ListKind<F, R>,
  filter: F & { region: Region },
): Promise<R[]> {
  try {
    return await retry(clock, () => noun.find(api, filter));
  } catch (cause) {
    const remedy = cause instanceof ApiError && cause.answerLost ? "run this again." : undefined;
    throw explain(`looking up ${noun.many} in ${filter.region}`, cause, remedy);
  }
}

/** ` named TH2 with city Paris`: what was asked for. */
function wish({ name, region: _, ...rest }: Filter): string {
  const others = Object.entries(rest).map(([key, value]) => `${key} ${text(value)}`);
  return (name === undefined ? "" : ` named ${name}`) + (others.length > 0 ? ` with ${others.join(", ")}` : "");
}

const LONGEST_LIST = 25;

/** Names, each with what was asked about, so that one sees why it is not meant or how to tell it from the others. */
function list<F extends Filter, R extends Found>(noun: LookupKind<F, R>, found: R[], asked: object): string {
  const keys = Object.keys(asked).filter((key) => key !== "name" && key !== "region");
  const shown = found.slice(0, LONGEST_LIST).map((one) => {
    const facts = keys.flatMap((key) => {
      const value = one[noun.shownAs?.[key] ?? (key as keyof R)];
      return value === undefined ? [] : [`${key} ${text(value)}`];
    });
    return (noun.label?.(one.name) ?? one.name) + (facts.length > 0 ? ` (${facts.join(", ")})` : "");
  });
  const rest = found.length - shown.length;
  return shown.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

const text = (value: unknown): string => (Array.isArray(value) ? value.join(" ") || "none" : String(value));
