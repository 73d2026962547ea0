import { dynamicCalls } from "../provider/hosts/dynamic-requests.ts";
import type { Diff, Failure, Handler } from "../provider/resources/contract.ts";
import { handlers } from "../provider/resources/index.ts";
import type { Context } from "../provider/run/context.ts";

/** Inputs as the classes of `sdk/` send them. */
export type Sent<Inputs> = Inputs & {
  __owner?: string;
  __ignoreChanges?: string[];
  __timeouts?: { create?: number; update?: number };
};
/** A state as the dynamic host stores it. */
type Stored<State> = State & { __owner: string; __leftOut: string[] };

/** The part of a diff that the engine receives. */
type Shown = Pick<Diff, "changes"> & Partial<Pick<Diff, "replaces">>;

/** The calls of the dynamic host, typed by their handler. */
export interface Calls<Inputs, State> {
  check(context: Context, olds: object, news: object): Promise<{ inputs: Sent<Inputs>; failures: Failure[] }>;
  /** Diff of a resource in the program, for which check has run. */
  diff(context: Context, id: string, state: State, news: Sent<Inputs>): Promise<Shown>;
  /** Diff in a refresh, which does not call check. */
  diffInRefresh(context: Context, id: string, state: State, news: Sent<Inputs>): Promise<Shown>;
  create(context: Context, inputs: Sent<Inputs>): Promise<{ id: string; state: Stored<State> }>;
  read(
    context: Context,
    id: string,
    state: object,
  ): Promise<{ state: Stored<State>; inputs: Partial<Sent<Inputs>> } | undefined>;
  update(context: Context, id: string, state: State, news: Sent<Inputs>): Promise<Stored<State>>;
  delete(context: Context, id: string, state: State): Promise<void>;
}

function called(handler: Handler<object, object>): object {
  const calls = dynamicCalls(handler);
  const diffInRefresh = async (...args: Parameters<typeof calls.diff>): Promise<Shown> => {
    const { changes, replaces } = await calls.diff(...args);
    return { changes, ...(replaces.length > 0 && { replaces }) };
  };
  const diff: typeof diffInRefresh = (context, id, olds, news) => {
    const owner = (news as { __owner?: string }).__owner ?? "";
    if (handler.definition.kind === "InterLink") context.declared.links.add(owner);
    return diffInRefresh(context, id, olds, news);
  };
  return { ...calls, diff, diffInRefresh };
}

const typed = <Inputs extends object, State extends object>(handler: Handler<Inputs, State>) =>
  called(handler as unknown as Handler<object, object>) as Calls<Inputs, State>;

/** The handlers, called as the dynamic host calls them, with values as in a program and in a state. */
export const interlink = typed(handlers.InterLink);
export const routingPolicy = typed(handlers.RoutingPolicy);
export const vpcAttachment = typed(handlers.VpcAttachment);
export const routePropagation = typed(handlers.RoutePropagation);

/** Untyped calls of a handler by its kind, for tests that loop over all kinds. */
export type AnyCalls = Calls<Record<string, unknown>, Record<string, unknown>>;
export const callsOf = (kind: keyof typeof handlers): AnyCalls =>
  called(handlers[kind] as Handler<object, object>) as AnyCalls;
