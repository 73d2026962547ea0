import type { z } from "zod";
import type { Api } from "../api/client.ts";
import { systemClock } from "../api/clock.ts";
import type { Camel } from "../api/wire.ts";
import { Cache } from "../run/cache.ts";
import { type ConfigSources, machineSources, readConfig } from "../run/config.ts";
import { connectBy } from "../run/connection.ts";
import type { Reader } from "./find.ts";

/**
 * A reader for one run of a program. `stack` is the stack configuration. Idle connections do not keep the process alive.
 */
export function openReader(stack: ConfigSources["stack"]): Reader {
  const config = readConfig(machineSources(stack));
  const api = connectBy(config, { log: (line) => console.log(line) });
  return { config, clock: systemClock, api: answeredOnce(api) };
}

/** An API for reads that sends equal calls only once; failed calls are sent again. Each caller gets its own copy. */
export function answeredOnce(api: Api): Api {
  const answers = new Cache(systemClock);
  return {
    async call<Schema extends z.ZodType>(...[method, path, options]: Parameters<typeof api.call<Schema>>) {
      const key = `${method} ${path} ${JSON.stringify(options.query)}`;
      const { answer } = answers.read(key, Number.POSITIVE_INFINITY, () => api.call(method, path, options));
      return structuredClone(await answer) as Camel<z.output<Schema>>;
    },
    close: () => api.close(),
  };
}
