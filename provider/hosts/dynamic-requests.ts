import { givenInputs, leftOutOf } from "../domain/definition.ts";
import { nameOfOwner, type Resource } from "../domain/resource-name.ts";
import { HalfDone, UserError } from "../domain/user-error.ts";
import type { Diff, Failure, Handler } from "../resources/contract.ts";
import { regionOf } from "../resources/inputs.ts";
import type { Context, Log } from "../run/context.ts";

/** Properties as the dynamic host sends and takes them. */
export type Properties = Record<string, unknown>;

/**
 * What the dynamic host is not given, and keeps itself: the class in `sdk/` puts it among the inputs, and it lies in the
 * state beside what the handler records. No handler sees it.
 */
interface Hidden {
  /** `<project>/<stack>/<resource>`. */
  __owner?: string;
  /** Inputs that the user told Pulumi to leave alone. */
  __ignoreChanges?: string[];
  /** Seconds for create, update and delete. */
  __timeouts?: { create?: number; update?: number; delete?: number };
  /** In the state: inputs that were left out when it was recorded, since the host is given no old inputs. */
  __leftOut?: string[];
}
const HIDDEN: readonly (keyof Hidden)[] = ["__owner", "__ignoreChanges", "__timeouts", "__leftOut"];

/** The calls of Pulumi's dynamic host, as plain functions over a context. */
export interface DynamicCalls {
  check(context: Context, olds: Properties, news: Properties): Promise<{ inputs: Properties; failures: Failure[] }>;
  diff(context: Context, id: string, olds: Properties, news: Properties): Promise<Diff>;
  create(context: Context, inputs: Properties): Promise<{ id: string; state: Properties }>;
  read(
    context: Context,
    id: string,
    props: Properties,
  ): Promise<{ id: string; state: Properties; inputs: Properties } | undefined>;
  update(context: Context, id: string, olds: Properties, news: Properties): Promise<Properties>;
  delete(context: Context, id: string, props: Properties): Promise<void>;
}

/** Makes a handler's requests of what the dynamic host is given, and records what a later call needs beside its state. */
export function dynamicCalls<Inputs extends object, State extends object>(
  handler: Handler<Inputs, State>,
): DynamicCalls {
  const { definition } = handler;
  const common = (context: Context, news: Hidden, olds: Hidden = news): { resource: Resource; log: Log } => {
    const owner = news.__owner ?? olds.__owner ?? "";
    const recordedOwner = olds.__owner ?? owner;
    return { resource: { kind: definition.kind, name: nameOfOwner(owner), owner, recordedOwner }, log: context.log };
  };
  const oldInputsOf = (state: Properties & Hidden) => givenInputs<Inputs>(definition, state, state.__leftOut ?? []);
  const changeOf = (context: Context, id: string, olds: Properties & Hidden, news: Properties & Hidden) => ({
    ...common(context, news, olds),
    id,
    state: without(olds) as State,
    inputs: without(news) as Inputs,
    oldInputs: oldInputsOf(olds),
    ignoreChanges: news.__ignoreChanges ?? [],
    timeouts: news.__timeouts ?? {},
  });
  /** What is stored: the handler's record, and this host's own. */
  const stored = (state: object, hidden: Properties & Hidden, leftOut: readonly string[]): Properties => ({
    ...state,
    ...hiddenOf(hidden),
    __leftOut: [...leftOut],
  });

  return {
    async check(context, olds, news: Properties & Hidden) {
      const { inputs, failures } = await handler.check(context, {
        ...common(context, news),
        inputs: without(news),
        oldInputs: without(olds) as Partial<Inputs>,
      });
      return { inputs: { ...(inputs as Properties), ...hiddenOf(news) }, failures };
    },
    diff: (context, id, olds, news) => handler.diff(context, changeOf(context, id, olds, news)),
    async create(context, news: Properties & Hidden) {
      const inputs = without(news) as Inputs;
      const record = (state: object) => stored(state, news, leftOutOf(definition, inputs));
      const made = await recording(record, () =>
        handler.create(context, { ...common(context, news), inputs, timeouts: news.__timeouts ?? {} }),
      );
      return { id: made.id, state: record(made.state) };
    },
    async read(context, fullId, props: Properties & Hidden) {
      const [region, uuid] = fullId.includes("/") ? fullId.split("/", 2) : [undefined, fullId];
      const id = uuid ?? fullId;
      const state = { ...(region !== undefined && { region }), ...without(props) } as Partial<State> & {
        region?: string;
      };
      const isRecorded = props.__leftOut !== undefined;
      const found = await handler.read(context, {
        ...common(context, props),
        id,
        state,
        ...(isRecorded && { oldInputs: oldInputsOf(props) }),
      });
      if (found) {
        const { __leftOut: _, ...hidden } = hiddenOf(props);
        return {
          id,
          state: stored(found.state, props, props.__leftOut ?? []),
          inputs: { ...(found.inputs as Properties), ...hidden },
        };
      }
      // A refresh takes what is gone out of the state. A `get` has no state yet: it would end well, with nothing in it.
      if (isRecorded) return undefined;
      throw new UserError(`getting ${fullId}`, {
        code: "not-found",
        said: `there is none in ${regionOf(context, state)}`,
        now: "check the id, and give the region with it where it is another one (nl-ams/11111111-2222-…).",
      });
    },
    async update(context, id, olds: Properties & Hidden, news: Properties & Hidden) {
      const request = changeOf(context, id, olds, news);
      const hidden = { ...(olds.__owner !== undefined && { __owner: olds.__owner }), ...hiddenOf(news) };
      const record = (state: object) => stored(state, hidden, leftOutOf(definition, request.inputs));
      return record(await recording(record, () => handler.update(context, request)));
    },
    delete: (context, id, props: Properties & Hidden) =>
      handler.delete(context, {
        ...common(context, props),
        id,
        state: without(props) as State,
        timeouts: props.__timeouts ?? {},
      }),
  };
}

const without = (props: Properties): Properties =>
  Object.fromEntries(Object.entries(props).filter(([key]) => !HIDDEN.includes(key as keyof Hidden)));

const hiddenOf = (props: Properties & Hidden): Hidden =>
  Object.fromEntries(HIDDEN.flatMap((key) => (props[key] === undefined ? [] : [[key, props[key]]])));

/** What a change that failed half-way leaves is stored as what one that ended well leaves. */
async function recording<T>(record: (state: object) => object, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HalfDone) throw error.recordedAs(record);
    throw error;
  }
}
