import { ApiError } from "../api/api-error.ts";
import { retry } from "../api/retry.ts";
import type { Region } from "../domain/region.ts";
import { UserError } from "../domain/user-error.ts";
import { localIds, parseInputs, regionOf } from "../resources/inputs.ts";
import type { Context } from "../run/context.ts";
import { explain } from "../run/explain.ts";
import type { Filter, Found, ListKind, LookupKind } from "./lookup-kind.ts";

/** What functions need of the outside world. */
export type Reader = Pick<Context, "api" | "clock" | "config">;

/** All objects that match. Throws {@link UserError} for an invalid filter and for a failure of the API. */
export async function findAll<F extends { region?: Region }, R extends object>(
  reader: Reader,
  kind: ListKind<F, R>,
  filter: NoInfer<F>,
): Promise<R[]> {
  return read(reader, kind, checked(reader, kind, filter));
}

/**
 * The one object that matches. Throws {@link UserError}, with the available objects, if none or several match. It also throws
 * for an empty filter: otherwise a missing configuration value would select the only object that happens to exist.
 */
export async function findOne<F extends Filter, R extends Found>(
  reader: Reader,
  kind: LookupKind<F, R>,
  filter: NoInfer<F>,
): Promise<R> {
  const wanted = checked(reader, kind, filter);
  if (Object.keys(wanted).every((key) => key === "region")) {
    throw new UserError(`looking up one of the ${kind.many} in ${wanted.region}`, {
      code: "lookup-empty-filter",
      reason: "the filter is empty: every property is undefined or omitted",
      remedy:
        "set its id or its name. If the value comes from the stack configuration, that key is not set (read it with `config.require`).",
    });
  }
  const [only, ...more] = await read(reader, kind, wanted);
  if (only !== undefined && more.length === 0) return only;
  const { region } = wanted;
  const lookingUp = `looking up ${kind.many} in ${region}`;
  if (only !== undefined) {
    throw new UserError(lookingUp, {
      code: "lookup-several",
      reason: `${more.length + 1} ${kind.many}${describeFilter(wanted)} in ${region}: ${listed(kind, [only, ...more], { id: "", ...wanted })}`,
      remedy: "filter by id, or add properties to the filter.",
    });
  }
  const all = await read(reader, kind, { region } as F & { region: Region });
  throw new UserError(lookingUp, {
    code: "lookup-none",
    reason:
      `no ${kind.one}${describeFilter(wanted)} in ${region}; ` +
      (all.length > 0 ? `available: ${listed(kind, all, wanted)}` : `${region} has no ${kind.many}`),
    remedy: "correct the filter or the region.",
  });
}

function checked<F extends { region?: Region }, R extends object>(reader: Reader, kind: ListKind<F, R>, filter: F) {
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  const { inputs, failures } = parseInputs<F>(kind.filter.partial(), given);
  const local = localIds(reader, inputs, kind.ids);
  const missing = (kind.required ?? []).flatMap((property) =>
    given[property] === undefined ? [{ property, reason: "is required" }] : [],
  );
  const wrong = [...missing, ...failures, ...local.failures].map(({ property, reason }) => `${property}: ${reason}`);
  if (wrong.length > 0) {
    throw new UserError(`looking up ${kind.many}`, {
      code: "input-invalid",
      reason: wrong.join("; "),
      remedy: "correct the filter.",
    });
  }
  return { ...local.inputs, region: regionOf(reader, local.inputs) as Region };
}

async function read<F extends { region?: Region }, R extends object>(
  { api, clock }: Reader,
  kind: ListKind<F, R>,
  filter: F & { region: Region },
): Promise<R[]> {
  try {
    return await retry(clock, () => kind.find(api, filter));
  } catch (cause) {
    const remedy = cause instanceof ApiError && cause.answerLost ? "run this again." : undefined;
    throw explain(`looking up ${kind.many} in ${filter.region}`, cause, remedy);
  }
}

/** The filter, for messages: ` named TH2 with city Paris`. */
function describeFilter({ name, region: _, ...rest }: Filter): string {
  const others = Object.entries(rest).map(([key, value]) => `${key} ${valueText(value)}`);
  return (name === undefined ? "" : ` named ${name}`) + (others.length > 0 ? ` with ${others.join(", ")}` : "");
}

const LONGEST_LIST = 25;

/** Names with the properties in the filter, so that the user sees why an object does not match, or how the matches differ. */
function listed<F extends Filter, R extends Found>(kind: LookupKind<F, R>, found: R[], filter: object): string {
  const keys = Object.keys(filter).filter((key) => key !== "name" && key !== "region");
  const shown = found.slice(0, LONGEST_LIST).map((one) => {
    const facts = keys.flatMap((key) => {
      const value = one[kind.shownAs?.[key] ?? (key as keyof R)];
      return value === undefined ? [] : [`${key} ${valueText(value)}`];
    });
    return (kind.label?.(one.name) ?? one.name) + (facts.length > 0 ? ` (${facts.join(", ")})` : "");
  });
  const rest = found.length - shown.length;
  return shown.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

const valueText = (value: unknown): string => (Array.isArray(value) ? value.join(" ") || "none" : String(value));
