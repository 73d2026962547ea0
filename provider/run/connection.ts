import { type Api, connect } from "../api/client.ts";
import { systemClock } from "../api/clock.ts";
import { rateLimited } from "../api/rate-limit.ts";
import { userAgent } from "../api/user-agent.ts";
import type { Config } from "./config.ts";

/**
 * Connects to the API that the configuration names, as this package, at a pace that it lets through. `log` gets a line
 * for each call when debugging, and for those that an interruption has to wait for. `beforeChange` is waited for before each call
 * that changes something. `around` stands between the pace and the wire: it sees each call that is sent.
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
