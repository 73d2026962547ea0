import { type Dispatcher, request } from "undici";
import * as z from "zod";
import { ApiError } from "../../provider/api/api-error.ts";
import { noBody, retryAfter, transportFailure } from "../../provider/api/client.ts";
import type { Clock } from "../../provider/api/clock.ts";
import { dispatcherTo } from "../../provider/api/dispatcher.ts";
import { retry } from "../../provider/api/retry.ts";
import { userAgent } from "../../provider/api/user-agent.ts";

/** What a client of GitHub's or GitLab's API is given. */
export interface ForgeApiOptions {
  /** Base URL, such as `https://api.github.com` or `https://gitlab.example/api/v4`. */
  baseUrl: string;
  token: string;
  /** Media type of the answers. */
  accept: string;
  clock: Clock;
}

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

const TIMEOUT_MS = 20_000;

/** GitHub and GitLab tell an error as `{"message": …}`; GitLab's may be an object of fields, GitHub's has details. */
const refusalSchema = z.object({
  message: z.unknown(),
  errors: z.array(z.looseObject({ message: z.string().optional() })).optional(),
});

/** A small client of GitHub's or GitLab's API: both take a bearer token, answer JSON, and page by a `Link` header. */
export class ForgeApi {
  readonly #options: ForgeApiOptions;
  readonly #dispatcher: Dispatcher;

  constructor(options: ForgeApiOptions) {
    this.#options = options;
    this.#dispatcher = dispatcherTo(options.baseUrl);
  }

  /** Calls, and repeats after passing failures what may be made twice: all but a POST. Throws {@link ApiError}. */
  async call<T>(method: Method, path: string, answer: z.ZodType<T>, body?: object): Promise<T> {
    const exchange = () => this.#exchange(method, path, answer, body);
    const { value } = await (method === "POST" ? exchange() : retry(this.#options.clock, exchange, { unpaced: true }));
    return value;
  }

  /** Deletes, and repeats after passing failures; what is gone counts as deleted. */
  async remove(path: string): Promise<void> {
    try {
      await this.call("DELETE", path, noBody);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  /** The items of all pages, in the order that is asked for (`&sort=…`), else the API's own. */
  async *items<T>(path: string, item: z.ZodType<T>, order = ""): AsyncGenerator<T> {
    for (let query: string | undefined = `?per_page=100${order}`; query !== undefined; ) {
      const page: string = `${path}${query}`;
      const { value, next } = await retry(this.#options.clock, () => this.#exchange("GET", page, z.array(item)), {
        unpaced: true,
      });
      yield* value;
      query = next;
    }
  }

  async #exchange<T>(method: Method, path: string, answer: z.ZodType<T>, body?: object) {
    const name = `${method} ${path}`;
    const { baseUrl, token, accept, clock } = this.#options;
    try {
      const response = await request(baseUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept,
          "user-agent": userAgent(),
          ...(body && { "content-type": "application/json" }),
        },
        body: body ? JSON.stringify(body) : null,
        dispatcher: this.#dispatcher,
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
      });
      const text = await response.body.text();
      const header = (key: string) => [response.headers[key]].flat()[0];
      if (response.statusCode >= 300) throw refusal(name, response.statusCode, header, text, clock.now());
      return { value: parseAnswer(name, answer, text), next: nextQuery(header("link")) };
    } catch (cause) {
      if (cause instanceof ApiError || !(cause instanceof Error)) throw cause;
      throw new ApiError(name, { transport: transportFailure(cause), cause });
    }
  }
}

type Header = (key: string) => string | undefined;

/** "Otherwise, wait for at least one minute before retrying", says GitHub. */
const SECONDARY_LIMIT_MS = 60_000;

function refusal(name: string, status: number, header: Header, text: string, now: number): ApiError {
  const message = messageOf(text);
  // GitHub may answer 403 too when a limit is reached. Of a secondary limit there may be no header that tells, and the
  // time of reset is then the primary one's ("Rate limits for the REST API").
  const spent = header("x-ratelimit-remaining") === "0";
  const hasLimit = header("retry-after") !== undefined || spent || /rate limit/i.test(message);
  const limited = status === 429 || (status === 403 && hasLimit);
  const reset = spent ? header("x-ratelimit-reset") : undefined;
  const pause = reset ? Number(reset) * 1000 - now : SECONDARY_LIMIT_MS;
  const wait = retryAfter(header("retry-after")) ?? (limited ? pause : undefined);
  return new ApiError(name, {
    status,
    body: { ...(message && { message }), ...(limited && { type: "too_many_requests" }) },
    ...(wait !== undefined && { retryAfterMs: Math.max(wait, 0) }),
  });
}

const LONGEST_MESSAGE = 300;

function messageOf(text: string): string {
  const { data } = refusalSchema.safeParse(parseJson(text));
  if (data === undefined) return text.slice(0, LONGEST_MESSAGE);
  const { message, errors = [] } = data;
  const said = typeof message === "string" ? message : JSON.stringify(message);
  return [said, ...errors.map((error) => error.message)].filter(Boolean).join(": ").slice(0, LONGEST_MESSAGE);
}

function parseAnswer<T>(name: string, schema: z.ZodType<T>, text: string): T {
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "answer"}: ${message}`);
  throw new ApiError(name, {
    body: {
      type: "unexpected_answer",
      message: `the answer does not have the documented form: ${problems.join("; ")}`,
    },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The query of the next page. Only the query: the link's host and path may be others (GitHub writes
 * `/repositories/1/…`), and the token goes nowhere but where it is meant for.
 */
function nextQuery(link: string | undefined): string | undefined {
  const next = link?.split(",").find((part) => /;\s*rel="next"/.test(part));
  const [, target] = /<([^>]+)>/.exec(next ?? "") ?? [];
  return target === undefined ? undefined : URL.parse(target)?.search;
}
