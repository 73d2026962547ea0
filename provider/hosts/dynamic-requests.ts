import { HalfDone } from "../domain/user-error.ts";
import type { Diff, Failure, Handler } from "../resources/contract.ts";
import type { Context } from "../run/context.ts";
import { type About, callsOf, type Properties } from "./calls.ts";

/**
 * Facts that Pulumi does not pass to the dynamic host. The class in `sdk/` adds them to the inputs, and they are stored in the
 * state as well, since delete receives nothing but the state.
 */
interface Hidden {
  /** `<project>/<stack>/<resource>`. */
  __owner?: string;
  /** Inputs in `ignoreChanges`. */
  __ignoreChanges?: string[];
  /** Timeouts of create, update and delete in seconds. */
  __timeouts?: NonNullable<About["timeouts"]>;
}
const HIDDEN: readonly (keyof Hidden)[] = ["__owner", "__ignoreChanges", "__timeouts"];

/** The calls of Pulumi's dynamic host as plain functions of a context. */
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

/** The calls for a handler. They take the hidden facts out of the values, and add them to the results again. */
export function dynamicCalls<Inputs extends object, State extends object>(
  handler: Handler<Inputs, State>,
): DynamicCalls {
  const calls = callsOf(handler);
  return {
    async check(context, olds, news) {
      const { inputs, failures } = await calls.check(context, aboutOf(news), without(olds), without(news));
      return { inputs: { ...inputs, ...hiddenOf(news) }, failures };
    },
    diff: (context, id, olds, news) => calls.diff(context, aboutOf(news), id, recordedOf(olds), without(news)),
    async create(context, news) {
      const made = await storing(news, () => calls.create(context, aboutOf(news), without(news)));
      return { id: made.id, state: { ...made.state, ...hiddenOf(news) } };
    },
    async read(context, id, props) {
      const found = await calls.read(context, aboutOf(props), id, recordedOf(props));
      if (found === undefined) return undefined;
      const hidden = hiddenOf(props);
      return { id: found.id, state: { ...found.state, ...hidden }, inputs: { ...found.inputs, ...hidden } };
    },
    async update(context, id, olds, news) {
      const update = () => calls.update(context, aboutOf(news), id, recordedOf(olds), without(news));
      return { ...(await storing(news, update)), ...hiddenOf(news) };
    },
    delete: (context, id, props) => calls.delete(context, aboutOf(props), id, recordedOf(props)),
  };
}

const aboutOf = ({ __owner, __ignoreChanges, __timeouts }: Properties & Hidden): About => ({
  owner: __owner ?? "",
  ...(__ignoreChanges && { ignoreChanges: __ignoreChanges }),
  ...(__timeouts && { timeouts: __timeouts }),
});

const without = (props: Properties): Properties =>
  Object.fromEntries(Object.entries(props).filter(([key]) => !HIDDEN.includes(key as keyof Hidden)));

/** A state without what only this host stores. The owner stays, since every host records it. */
const recordedOf = (props: Properties & Hidden): Properties => ({
  ...without(props),
  ...(props.__owner !== undefined && { __owner: props.__owner }),
});

const hiddenOf = (props: Properties & Hidden): Hidden =>
  Object.fromEntries(HIDDEN.flatMap((key) => (props[key] === undefined ? [] : [[key, props[key]]])));

/** Stores the state of a half-done change in the same form as that of a successful one. */
async function storing<T>(news: Properties, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HalfDone) throw error.recordedAs((state) => ({ ...state, ...hiddenOf(news) }));
    throw error;
  }
}
