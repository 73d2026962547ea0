/** An endpoint: a method, a path, the schemas of its query and body, and a function that answers calls. */
import * as z from "zod";
import { REGIONS, type Region } from "./catalog.ts";
import { invalidArguments } from "./errors.ts";
import type { State } from "./state.ts";
import { readBody, readId, readQuery } from "./validation.ts";

/** The answer to a call. */
export interface Answer {
  status: number;
  body?: unknown;
}

/** A call with all its parts validated. */
export interface Call<Query, Body> {
  state: State;
  region: Region;
  /** The id in the path; `""` if the path has none. */
  id: string;
  query: Query;
  body: Body;
}

/** A call that matches an endpoint, not validated yet. */
interface RawCall {
  state: State;
  params: { region?: string; id?: string };
  query: URLSearchParams;
  body: unknown;
}

/** One endpoint. */
export interface Route {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Hono's path syntax, with `:region` and `:id`. */
  path: string;
  answer(call: RawCall): Answer;
}

/** 200 with a body. Creations are answered with 200 too, not 201 (recorded). */
export const ok = (body: unknown): Answer => ({ status: 200, body });
/** 204 without a body. */
export const noContent: Answer = { status: 204 };

const nothing = z.strictObject({});

/**
 * Defines an endpoint. Without a schema for `query` or `body`, any query key or body field is unhandled.
 * @param idArgument name of the path's id in errors about it
 */
export function route<Query extends z.ZodType = typeof nothing, Body extends z.ZodType = typeof nothing>(
  method: Route["method"],
  path: string,
  idArgument: string,
  shapes: { query?: Query; body?: Body },
  answer: (call: Call<z.output<Query>, z.output<Body>>) => Answer,
): Route {
  const querySchema = shapes.query ?? nothing;
  const bodySchema = shapes.body ?? nothing;
  return {
    method,
    path,
    answer: ({ state, params, query, body }) => {
      const region = REGIONS.find((known) => known === params.region);
      // Guess: no call to an unknown region was recorded.
      if (region === undefined) throw invalidArguments([{ argument_name: "region", reason: "constraint" }]);
      return answer({
        state,
        region,
        id: params.id === undefined ? "" : readId(idArgument, params.id),
        query: readQuery(querySchema, query) as z.output<Query>,
        body: readBody(bodySchema, method === "GET" || method === "DELETE" ? {} : body) as z.output<Body>,
      });
    },
  };
}

/** Base of the InterLink API. */
export const INTERLINK = "/interlink/v1beta1/regions/:region";
/** Base of the VPC API. */
export const VPC = "/vpc/v2/regions/:region";
