import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import { isLoopback } from "../domain/loopback.ts";
import { UserError } from "../domain/user-error.ts";

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connections to an API. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured, in upper and lower case. HTTPS goes through a
 * CONNECT tunnel, so the proxy sees host and port, never the key. Loopback bypasses the proxy.
 * @throws UserError if a proxy setting is not a valid URL
 */
export function dispatcherTo(baseUrl: string, options: Pick<Agent.Options, "connections"> = {}): Dispatcher {
  const url = URL.parse(baseUrl);
  const direct = { ...options, connect: { timeout: CONNECT_TIMEOUT_MS } };
  if (url && isLoopback(url)) return new Agent(direct);
  // Without its own limit, a connection to a proxy that does not answer would take minutes to fail.
  const clientFactory = (proxy: URL, pool: object) => new Pool(proxy, { ...pool, headersTimeout: CONNECT_TIMEOUT_MS });
  try {
    return new EnvHttpProxyAgent({ ...direct, connectTimeout: CONNECT_TIMEOUT_MS, clientFactory });
  } catch {
    // No `cause`: it would contain the value, which may include a password.
    throw new UserError(`connecting to ${baseUrl}`, {
      code: "config-invalid",
      reason: "HTTPS_PROXY or HTTP_PROXY is not a valid proxy URL",
      remedy: "set it to http://host:port.",
    });
  }
}
