import type { Context } from "../run/context.ts";

/** An input that check refuses: its property, and why. */
export interface Failure {
  property: string;
  reason: string;
}

/** What a change of inputs, or of what is live, asks for. */
export interface Diff {
  changes: boolean;
  /** Properties that cannot change in place. */
  replaces?: string[];
}

/**
 * What a resource can do, free of the host that runs it: plain typed values in and out, and the outside world in one
 * context. Inputs may hold {@link UNKNOWN} in check and diff, while a preview does not know them yet.
 */
export interface Handler<Inputs, State> {
  /** Validates and canonicalizes inputs. Makes up nothing at random: preview and up must agree. */
  check(
    context: Context,
    olds: Partial<Inputs>,
    news: Record<string, unknown>,
  ): Promise<{ inputs: Inputs; failures: Failure[] }>;
  diff(context: Context, id: string, state: State, news: Inputs): Promise<Diff>;
  create(context: Context, inputs: Inputs): Promise<{ id: string; state: State }>;
  /** The live object as state and inputs; undefined when it is gone. */
  read(context: Context, id: string, state: Partial<State>): Promise<{ state: State; inputs: Inputs } | undefined>;
  update(context: Context, id: string, state: State, news: Inputs): Promise<State>;
  delete(context: Context, id: string, state: State): Promise<void>;
}
