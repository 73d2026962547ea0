import type { Definition } from "../domain/definition.ts";
import type { Resource } from "../domain/resource-name.ts";
import type { Context, Log } from "../run/context.ts";

/** An input that check refuses: its property, and why. */
export interface Failure {
  property: string;
  reason: string;
}

/** What a change of inputs, or of what is live, asks for. */
export interface Diff {
  changes: boolean;
  /** Properties that cannot change in place. */
  replaces: string[];
  /** Properties that differ, as far as they are known one by one. */
  changed: string[];
  /** What is different at Scaleway, and what will be done: shown where the program itself did not change. */
  why?: string[];
}

/** What a host hands to a handler. Each call gets the parts that belong to it. */
export interface Request<Inputs, State> {
  resource: Resource;
  /** The id in the state. */
  id: string;
  /** What the program gives. May hold unknown values in check and diff, while a preview does not know them yet. */
  inputs: Inputs;
  /** The inputs that the state was recorded with. */
  oldInputs: Partial<Inputs>;
  /** Inputs that the user told Pulumi to leave alone (`ignoreChanges`), by their top-level name. */
  ignoreChanges: readonly string[];
  /** Seconds that this operation may take, where the user set it (`customTimeouts`). */
  timeouts: { create?: number; update?: number; delete?: number };
  /** What is recorded: outputs, and what the handler keeps for itself. */
  state: State;
  /** Messages at this resource. */
  log: Log;
}

type Every = "resource" | "log";
/** The parts of a {@link Request} that check gets. `inputs` are as the program gave them. */
export type CheckRequest<I> = Pick<Request<I, never>, Every | "oldInputs"> & { inputs: Record<string, unknown> };
export type DiffRequest<I, S> = Pick<Request<I, S>, Every | "id" | "inputs" | "oldInputs" | "ignoreChanges" | "state">;
export type CreateRequest<I> = Pick<Request<I, never>, Every | "inputs" | "timeouts">;
/**
 * Reading what is not in the state yet has an id and nothing else: no old inputs, and a state with at most a region. Where
 * it `imports`, the object becomes the stack's own.
 */
export type ReadRequest<I, S> = Pick<Request<I, S>, Every | "id"> & {
  oldInputs?: Partial<I>;
  state: Partial<S>;
  imports: boolean;
};
export type UpdateRequest<I, S> = DiffRequest<I, S> & Pick<Request<I, S>, "timeouts">;
export type DeleteRequest<S> = Pick<Request<never, S>, Every | "id" | "state" | "timeouts">;

/**
 * What a resource can do, free of the host that runs it: plain typed values in and out, and the outside world in one
 * context.
 */
export interface Handler<Inputs extends object, State extends object> {
  readonly definition: Definition;
  /** Validates and canonicalizes inputs. Makes up nothing at random: preview and up must agree. */
  check(context: Context, request: CheckRequest<Inputs>): Promise<{ inputs: Inputs; failures: Failure[] }>;
  diff(context: Context, request: DiffRequest<Inputs, State>): Promise<Diff>;
  create(context: Context, request: CreateRequest<Inputs>): Promise<{ id: string; state: State }>;
  /** The live object as state, and as inputs that check takes; undefined when it is gone. */
  read(
    context: Context,
    request: ReadRequest<Inputs, State>,
  ): Promise<{ state: State; inputs: Partial<Inputs> } | undefined>;
  update(context: Context, request: UpdateRequest<Inputs, State>): Promise<State>;
  delete(context: Context, request: DeleteRequest<State>): Promise<void>;
}
