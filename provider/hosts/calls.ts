import { givenInputs, leftOutOf, sameInputs } from "../domain/definition.ts";
import { labelOf, nameOfOwner, type Resource } from "../domain/resource-name.ts";
import { HalfDone, UserError } from "../domain/user-error.ts";
import type { Diff, Failure, Handler, Request } from "../resources/contract.ts";
import { regionOf } from "../resources/inputs.ts";
import type { Context, Log } from "../run/context.ts";

/** Properties as hosts exchange them: JSON values. */
export type Properties = Record<string, unknown>;

/** What a host knows about a call in addition to the resource's values. */
export interface About {
  /** `<project>/<stack>/<resource>`; empty if the host does not know it. */
  owner: string;
  /** Top-level names of the inputs in `ignoreChanges`. */
  ignoreChanges?: readonly string[];
  /** Timeout of this operation in seconds, if the user has set one. */
  timeouts?: Request<never, never>["timeouts"];
  /** True if the read is an import: the stack then owns the object. */
  imports?: boolean;
}

/**
 * What every host stores in addition to a handler's state. All hosts use the same form, so that a stack can move from one host
 * to another without changes. Handlers do not see it.
 */
interface Recorded {
  /** The owner under which the state was recorded. */
  __owner?: string;
  /** Inputs that the program had omitted. Needed because the dynamic host does not receive the old inputs. */
  __leftOut?: string[];
  /** The text by which the dynamic host finds its provider. */
  __provider?: unknown;
}

/** The calls of a host as plain functions of a context. `state` is the result of an earlier call, or empty. */
export interface Calls {
  check(
    context: Context,
    about: About,
    oldInputs: Properties,
    inputs: Properties,
  ): Promise<{ inputs: Properties; failures: Failure[] }>;
  diff(context: Context, about: About, id: string, state: Properties, inputs: Properties): Promise<Diff>;
  create(context: Context, about: About, inputs: Properties): Promise<{ id: string; state: Properties }>;
  /** The id may be regional. Undefined if the object does not exist; an error if there is no state yet either. */
  read(
    context: Context,
    about: About,
    id: string,
    state: Properties,
  ): Promise<{ id: string; state: Properties; inputs: Properties } | undefined>;
  update(context: Context, about: About, id: string, state: Properties, inputs: Properties): Promise<Properties>;
  delete(context: Context, about: About, id: string, state: Properties): Promise<void>;
}

/** Builds a handler's requests from what a host receives, and stores in the state what later calls need. */
export function callsOf<Inputs extends object, State extends object>(handler: Handler<Inputs, State>): Calls {
  const { definition } = handler;
  const common = (context: Context, about: About, state: Recorded = {}): { resource: Resource; log: Log } => {
    const owner = about.owner || (state.__owner ?? "");
    const recordedOwner = state.__owner ?? owner;
    return { resource: { kind: definition.kind, name: nameOfOwner(owner), owner, recordedOwner }, log: context.log };
  };
  const oldInputsOf = (state: Properties & Recorded) => givenInputs<Inputs>(definition, state, state.__leftOut ?? []);
  const changeOf = (context: Context, about: About, id: string, state: Properties & Recorded, inputs: Properties) => ({
    ...common(context, about, state),
    id,
    state: withoutRecorded(state) as State,
    inputs: inputs as Inputs,
    oldInputs: oldInputsOf(state),
    ignoreChanges: about.ignoreChanges ?? [],
    timeouts: about.timeouts ?? {},
  });
  const stored = (state: object, owner: string | undefined, leftOut: readonly string[]): Properties => ({
    ...state,
    ...(owner && { __owner: owner }),
    __leftOut: [...leftOut],
  });

  return {
    async check(context, about, oldInputs, inputs) {
      const { resource, log } = common(context, about);
      context.declared.resources.add(`${resource.kind} ${resource.owner}`);
      const checked = await handler.check(context, { resource, log, inputs, oldInputs: oldInputs as Partial<Inputs> });
      return { inputs: checked.inputs as Properties, failures: checked.failures };
    },
    async diff(context, about, id, state, news) {
      const request = changeOf(context, about, id, state, news);
      const { resource, log, inputs, oldInputs } = request;
      const diff = await handler.diff(context, request);
      // A refresh or a change of the program already shows the differences.
      const isDeclared = context.declared.resources.has(`${resource.kind} ${resource.owner}`);
      if (diff.why !== undefined && diff.why.length > 0 && isDeclared && sameInputs(definition, inputs, oldInputs)) {
        log.info(`${labelOf(resource, id)}: ${diff.why.join("; ")}.`);
      }
      return diff;
    },
    async create(context, about, news) {
      const inputs = news as Inputs;
      const record = (state: object) => stored(state, about.owner, leftOutOf(definition, inputs));
      const made = await recording(record, () =>
        handler.create(context, { ...common(context, about), inputs, timeouts: about.timeouts ?? {} }),
      );
      return { id: made.id, state: record(made.state) };
    },
    async read(context, about, fullId, recorded: Properties & Recorded) {
      const [region, uuid] = fullId.includes("/") ? fullId.split("/", 2) : [undefined, fullId];
      const id = uuid ?? fullId;
      const state = { ...(region !== undefined && { region }), ...withoutRecorded(recorded) } as Partial<State> & {
        region?: string;
      };
      const isRecorded = recorded.__leftOut !== undefined;
      const found = await handler.read(context, {
        ...common(context, about, recorded),
        id,
        state,
        imports: about.imports === true,
        ...(isRecorded && { oldInputs: oldInputsOf(recorded) }),
      });
      if (found) {
        const leftOut = recorded.__leftOut ?? (about.imports ? leftOutOf(definition, found.inputs) : []);
        const owner = recorded.__owner ?? (about.imports ? about.owner : undefined);
        return { id, state: stored(found.state, owner, leftOut), inputs: found.inputs as Properties };
      }
      // A refresh removes the resource from the state. A `get` has no state yet and would succeed without any outputs.
      if (isRecorded) return undefined;
      throw new UserError(`getting ${fullId}`, {
        code: "not-found",
        reason: `no such object in ${regionOf(context, state)}`,
        remedy: "check the id. If the object is in another region, put the region in front (nl-ams/11111111-2222-…).",
      });
    },
    async update(context, about, id, state: Properties & Recorded, inputs) {
      const request = changeOf(context, about, id, state, inputs);
      const owner = about.owner || state.__owner;
      const record = (done: object) => stored(done, owner, leftOutOf(definition, request.inputs));
      return record(await recording(record, () => handler.update(context, request)));
    },
    delete: (context, about, id, state: Properties & Recorded) =>
      handler.delete(context, {
        ...common(context, about, state),
        id,
        state: withoutRecorded(state) as State,
        timeouts: about.timeouts ?? {},
      }),
  };
}

const withoutRecorded = ({ __owner, __leftOut, __provider, ...state }: Properties & Recorded): Properties => state;

/** Stores the state of a half-done change in the same form as that of a successful one. */
async function recording<T>(record: (state: object) => object, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HalfDone) throw error.recordedAs(record);
    throw error;
  }
}
