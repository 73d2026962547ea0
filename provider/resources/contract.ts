import type { Definition } from "../domain/definition.ts";
import type { Resource } from "../domain/resource-name.ts";
import type { Context, Log } from "../run/context.ts";

/** An input that check refuses: its property, and why. */
export interface Failure {
  property: string;
  reason: string;
}

/** The result of a diff: what has to change because the inputs or the live object differ from the state. */
export interface Diff {
  changes: boolean;
  /** Properties that cannot change in place. */
  replaces: string[];
  /** Properties that differ, as far as the diff can name them. */
  changed: string[];
  /** What differs at Scaleway and what will be done. Shown only if the program itself did not change. */
  why?: string[];
}

/** What a host passes to a handler. Each operation gets a subset. */
export interface Request<Inputs, State> {
  resource: Resource;
  /** The id in the state. */
  id: string;
  /** The program's inputs. In check and diff of a preview, values may still be unknown. */
  inputs: Inputs;
  /** The inputs that the state was recorded with. */
  oldInputs: Partial<Inputs>;
  /** Inputs listed in the resource option `ignoreChanges`, by top-level name. */
  ignoreChanges: readonly string[];
  /** Pulumi's `customTimeouts` in seconds, if set. */
  timeouts: { create?: number; update?: number; delete?: number };
  /** The recorded state: outputs, and the handler's private fields (`__…`). */
  state: State;
  /** Log that attaches messages to this resource. */
  log: Log;
}

type Every = "resource" | "log";
/** The parts of a {@link Request} that check gets. `inputs` are not validated yet. */
export type CheckRequest<I> = Pick<Request<I, never>, Every | "oldInputs"> & { inputs: Record<string, unknown> };
export type DiffRequest<I, S> = Pick<Request<I, S>, Every | "id" | "inputs" | "oldInputs" | "ignoreChanges" | "state">;
export type CreateRequest<I> = Pick<Request<I, never>, Every | "inputs" | "timeouts">;
/**
 * Reading an object that is not in the state yet (`get`, import) has only an id: no old inputs, and a state with at most a
 * region. `imports`: the stack will manage the object from now on.
 */
export type ReadRequest<I, S> = Pick<Request<I, S>, Every | "id"> & {
  oldInputs?: Partial<I>;
  state: Partial<S>;
  imports: boolean;
};
export type UpdateRequest<I, S> = DiffRequest<I, S> & Pick<Request<I, S>, "timeouts">;
export type DeleteRequest<S> = Pick<Request<never, S>, Every | "id" | "state" | "timeouts">;

/**
 * The operations of a resource, independent of the host that calls them. Values are plain and typed; all access to the
 * outside world goes through the context.
 */
export interface Handler<Inputs extends object, State extends object> {
  readonly definition: Definition;
  /** Validates and canonicalizes inputs. Must be deterministic, because preview and up have to agree. */
  check(context: Context, request: CheckRequest<Inputs>): Promise<{ inputs: Inputs; failures: Failure[] }>;
  diff(context: Context, request: DiffRequest<Inputs, State>): Promise<Diff>;
  create(context: Context, request: CreateRequest<Inputs>): Promise<{ id: string; state: State }>;
  /** The live object as state and as inputs that check accepts. Undefined if it no longer exists. */
  read(
    context: Context,
    request: ReadRequest<Inputs, State>,
  ): Promise<{ state: State; inputs: Partial<Inputs> } | undefined>;
  update(context: Context, request: UpdateRequest<Inputs, State>): Promise<State>;
  delete(context: Context, request: DeleteRequest<State>): Promise<void>;
}
