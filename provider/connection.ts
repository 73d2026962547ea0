import { readFileSync } from "node:fs";
import { type Api, connect } from "./api/client.ts";
import type { Config } from "./config.ts";

/**
 * Connects to the API that the configuration names, as this package. `log` is told of calls when debugging, and of those
 * that an interruption has to wait for.
 */
export function connectBy(
  config: Config,
  { log, interruption }: { log: (line: string) => void; interruption?: AbortSignal },
): Api {
  return connect({
    baseUrl: config.apiUrl,
    secretKey: config.secretKey,
    userAgent: `pulumi-scaleway-interlink/${packageVersion()} node/${process.versions.node}`,
    ...(config.debug && { onCall: log }),
    ...(interruption && { interruption, onHeld: log }),
  });
}

function packageVersion(): string {
  // Two levels up from dist/provider/, where this runs; one from provider/, in tests.
  for (const path of ["../../package.json", "../package.json"]) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
      if (name === "pulumi-scaleway-interlink") return String(version);
    } catch {
      // Not there: the next one is.
    }
  }
  return "unknown";
}
