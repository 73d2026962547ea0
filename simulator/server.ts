/** The HTTP server: handles a request from its arrival to its answer. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { type Control, type Controlled, controlByHttp } from "./control.ts";
import { deniedAuthentication, Refusal, Unhandled } from "./errors.ts";
import type { RateLimit } from "./faults.ts";
import type { LoggedRequest } from "./requests.ts";
import type { Answer, Route } from "./routes.ts";
import { catalogRoutes } from "./routes-catalog.ts";
import { linkRoutes } from "./routes-links.ts";
import { policyRoutes } from "./routes-policies.ts";
import { vpcRoutes } from "./routes-vpcs.ts";
import { uuid } from "./validation.ts";

/** The parts of a simulator that the HTTP server uses. */
export interface ServerParts extends Controlled {
  control: Control;
  /** The only secret key that is accepted; undefined accepts any UUID. */
  secretKey: string | undefined;
  rateLimit: RateLimit | undefined;
  /** Resolves when all changes are in the state file. */
  saved(): Promise<void>;
  /** Called before a call takes effect, and again after the effect before the answer is sent. */
  onRequest: ((request: LoggedRequest, phase: "before" | "after") => void | Promise<void>) | undefined;
  log(line: string): void;
  /** Aborts all waits when the simulator stops. */
  stopped: AbortSignal;
}

type Ctx = Context<{ Bindings: HttpBindings }>;

/** Prefix of the control interface. */
const CONTROL = "/_simulator";

/** Makes the HTTP application. */
export function application(parts: ServerParts): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.all(`${CONTROL}/*`, async (c) => {
    const body = readJson(await c.req.text());
    if (body === MALFORMED) return json(400, { message: "the body is not JSON" });
    const [status, result] = controlByHttp(parts.control, c.req.method, c.req.path.slice(CONTROL.length + 1), body);
    await parts.saved();
    return json(status, result);
  });
  // The official Go clients call this at each start and ignore a missing answer. Its body is unknown (guess: empty object).
  app.get("/metadata", () => json(200, {}));
  for (const route of [...linkRoutes, ...policyRoutes, ...catalogRoutes, ...vpcRoutes]) {
    app.on(route.method, route.path, (c) => serve(parts, c, route));
  }
  app.notFound((c) => serve(parts, c, undefined));
  return app;
}

/** Answers one API call: rate limit, faults, hooks, effect, state file, log. */
async function serve(parts: ServerParts, c: Ctx, route: Route | undefined): Promise<Response> {
  const { method, path } = c.req;
  const body = readJson(await c.req.text());
  const query = new URL(c.req.url).searchParams;
  const logged = { method, path, query: queryRecord(query), ...(body !== undefined && body !== MALFORMED && { body }) };
  const entry = parts.requests.open(logged, parts.state.clock.now());
  const started = performance.now();
  let effect: Promise<Answer> | undefined;
  const takeEffect = (): Promise<Answer> => {
    effect ??= (async () => {
      await parts.onRequest?.(entry, "before");
      const answer = answerOf(parts, c, route, query, body);
      if (method !== "GET") await parts.saved();
      await parts.onRequest?.(entry, "after");
      return answer;
    })();
    return effect;
  };

  const response = await answerThroughFaults(parts, c, entry, takeEffect);
  entry.durationMs = Math.round((performance.now() - started) * 10) / 10;
  if (response !== undefined) entry.status = response.status;
  parts.log(`${entry.n} ${method} ${path} → ${entry.status ?? "cut"}${entry.fault ? ` (${entry.fault})` : ""}`);
  if (response !== undefined) return response;
  c.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** The answer that the client receives; undefined if its connection is to be cut. */
async function answerThroughFaults(
  parts: ServerParts,
  c: Ctx,
  entry: LoggedRequest,
  takeEffect: () => Promise<Answer>,
): Promise<Response | undefined> {
  const usual = async () => {
    const { status, body } = await takeEffect();
    return json(status, body);
  };
  // Empty body, no Content-Type, no Retry-After (recorded: block).
  if (parts.rateLimit?.admits() === false) {
    entry.fault = "rate limit";
    return empty(429, { "X-Envoy-Ratelimited": "true" });
  }
  const fault = parts.faults.strike(entry.method, entry.path);
  if (fault === undefined) return usual();
  entry.fault = fault.kind;
  switch (fault.kind) {
    case "status":
      if (fault.effect) await takeEffect();
      if (fault.body === undefined) return empty(fault.status, fault.headers);
      return json(fault.status, fault.body, fault.headers);
    case "latency":
      return (await waited(parts, fault.ms)) ? usual() : undefined;
    case "stall": {
      if (fault.effect) await takeEffect();
      if (!(await waited(parts, fault.ms)) || c.env.incoming.socket.destroyed) return undefined;
      return usual();
    }
    case "drop":
      if (fault.when === "after") await takeEffect();
      return undefined;
  }
}

/** Waits in real time; false if the simulator stopped meanwhile. */
const waited = (parts: ServerParts, ms: number): Promise<boolean> =>
  sleep(ms, true, { signal: parts.stopped }).catch(() => false);

/** Applies a call and returns its answer. Synchronous, so that no other call can interleave. */
function answerOf(parts: ServerParts, c: Ctx, route: Route | undefined, query: URLSearchParams, body: unknown): Answer {
  try {
    authenticate(parts, c.req.header("X-Auth-Token"));
    if (route === undefined) throw new Unhandled("unknown endpoint");
    // Guess: an untyped 400, as other products answer a body that is not JSON.
    if (body === MALFORMED) throw new Refusal(400, { message: "the body is not JSON" });
    const { region, id } = c.req.param() as { region?: string; id?: string };
    const params = { ...(region !== undefined && { region }), ...(id !== undefined && { id }) };
    const answer = route.answer({ state: parts.state, params, query, body });
    return { status: answer.status, body: alphabetical(answer.body) };
  } catch (cause) {
    if (cause instanceof Refusal) return { status: cause.status, body: alphabetical(cause.body) };
    const call = `${c.req.method} ${c.req.path}`;
    if (cause instanceof Unhandled) {
      // Printed as well: an invented answer would hide the mistake that a test should find.
      parts.state.counters.countUnhandled(`${call}: ${cause.message}`);
      console.error(`simulator: ${call}: ${cause.message}\n  query: ${query}\n  body: ${JSON.stringify(body)}`);
      return { status: 501, body: { message: `the simulator does not support this request: ${cause.message}` } };
    }
    console.error(`simulator: ${call}:`, cause);
    return { status: 500, body: { message: "the simulator failed; see its output" } };
  }
}

function authenticate(parts: ServerParts, token: string | undefined): void {
  if (token === undefined || !uuid.safeParse(token).success) throw deniedAuthentication("invalid_argument");
  if (parts.secretKey !== undefined && token !== parts.secretKey) throw deniedAuthentication("not_found");
}

const MALFORMED = Symbol("malformed JSON");

function readJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return MALFORMED;
  }
}

function queryRecord(query: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(query.keys())].map((key) => {
      const [first = "", ...more] = query.getAll(key);
      return [key, more.length === 0 ? first : [first, ...more]];
    }),
  );
}

/**
 * A copy with its keys in alphabetical order at every depth and without unset members, as the API formats its answers
 * (recorded). A copy, because other calls may change the object before this answer is sent.
 */
function alphabetical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(alphabetical);
  if (value === null || typeof value !== "object") return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, alphabetical(member)]));
}

const empty = (status: number, headers: Record<string, string> = {}) =>
  new Response(null, { status, headers: { "X-Request-Id": randomUUID(), ...headers } });

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  // A deletion is answered without a body but with its Content-Type (recorded).
  if (body === undefined) return empty(status, { "Content-Type": "application/json", ...headers });
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/plain" : "application/json";
  return new Response(text, { status, headers: { "Content-Type": type, "X-Request-Id": randomUUID(), ...headers } });
}
