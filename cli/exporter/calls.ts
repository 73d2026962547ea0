/** Counts API calls. */
import { ApiError } from "../../provider/api/api-error.ts";
import type { Api } from "../../provider/api/client.ts";
import { UUID } from "../../provider/domain/uuid.ts";

/** The number of calls with the same method, endpoint and status. */
export interface CallCount {
  method: string;
  /** The last segment of the path that is not an id: `links`, `routing-policies`. */
  endpoint: string;
  /** The HTTP status, or `unreachable`, `timeout`, `broken`. */
  status: string;
  count: number;
}

/** All API calls of a process. */
export class Calls {
  readonly #counts = new Map<string, CallCount>();

  /** The counts so far. */
  read(): CallCount[] {
    return [...this.#counts.values()];
  }

  /** Wraps an API client so that its calls are counted. */
  counting(api: Api): Api {
    return {
      call: async (method, path, options) => {
        try {
          const answer = await api.call(method, path, options);
          this.#count(method, path, "200");
          return answer;
        } catch (error) {
          this.#count(method, path, reasonOf(error));
          throw error;
        }
      },
      close: () => api.close(),
    };
  }

  #count(method: string, path: string, status: string): void {
    const isId = new RegExp(`^${UUID}$`);
    const endpoint = path.split("/").findLast((word) => !isId.test(word)) ?? "";
    const key = `${method} ${endpoint} ${status}`;
    const known = this.#counts.get(key) ?? { method, endpoint, status, count: 0 };
    this.#counts.set(key, { ...known, count: known.count + 1 });
  }
}

/** Why a call failed, in one word: HTTP status, transport failure or error type. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof ApiError)) return "error";
  return String(error.status ?? error.transport ?? error.type ?? "error");
}
