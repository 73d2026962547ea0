import { type Api, connect } from "../api/client.ts";
import { systemClock } from "../api/clock.ts";
import { rateLimited } from "../api/rate-limit.ts";
import { userAgent } from "../api/user-agent.ts";
import type { Config } from "./config.ts";

/**
 * Connects to the configured API through the rate limiter. `log` receives a line for each call when debugging, and for each
 * call in progress at an interruption. `beforeChange` is awaited before each call that changes something. `around` wraps the
 * client below the rate limiter: it sees each call that is sent.
 */
export function connectBy(
  config: Config,
  {
    log,
    interruption,
    beforeChange,
    around = (api) => api,
  }: {
    log: (line: string) => void;
    interruption?: AbortSignal;
    beforeChange?: () => Promise<void>;
    around?: (api: Api) => Api;
  },
): Api {
  const api = connect({
    baseUrl: config.apiUrl,
    secretKey: config.secretKey,
    userAgent: userAgent(),
    ...(config.debug && { onCall: log }),
    ...(interruption && { interruption, onHeld: log }),
    ...(beforeChange && { beforeChange }),
  });
  return rateLimited(around(api), systemClock, interruption);
}
