import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import { isLoopback } from "../domain/loopback.ts";
import { UserError } from "../domain/user-error.ts";

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Connections to an API: through the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name, in either case, as runners
 * inside a company often must. An https URL goes through a tunnel (CONNECT), so a proxy sees host and port, never a key.
 * What is on this machine is reached without one.
 * @throws UserError where a proxy is named by something that is not a valid URL
 */
export function dispatcherTo(baseUrl: string, options: Pick<Agent.Options, "connections"> = {}): Dispatcher {
  const url = URL.parse(baseUrl);
  const direct = { ...options, connect: { timeout: CONNECT_TIMEOUT_MS } };
  if (url && isLoopback(url)) return new Agent(direct);
  // A proxy that does not answer is as good as a host that does not: without a limit of its own, it would have minutes.
  const clientFactory = (proxy: URL, pool: object) => new Pool(proxy, { ...pool, headersTimeout: CONNECT_TIMEOUT_MS });
  try {
    return new EnvHttpProxyAgent({ ...direct, connectTimeout: CONNECT_TIMEOUT_MS, clientFactory });
  } catch {
    // The cause would repeat the value, which may hold a password.
    throw new UserError(`connecting to ${baseUrl}`, {
      code: "config-invalid",
      said: "HTTPS_PROXY or HTTP_PROXY is not a valid proxy URL",
      now: "set it to http://host:port.",
    });
  }
}
