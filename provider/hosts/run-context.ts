import { systemClock } from "../api/clock.ts";
import type { Config } from "../run/config.ts";
import { connectBy } from "../run/connection.ts";
import { Context, type Log } from "../run/context.ts";
import { engineAddress, watchEngine } from "./engine-watch.ts";

/** The context of a process that serves an engine. An interruption of the run interrupts it; the process ends with the engine. */
export function contextOfProcess(config: Config, log: Log): Context {
  // A dead engine could not save the results of further changes, so the process ends without making them.
  const { interruption, confirm } = watchEngine(engineAddress(process.argv.slice(2)), () => process.exit(1));
  const api = connectBy(config, { log: log.info, interruption, beforeChange: confirm });
  return new Context({ api, clock: systemClock, config, log, interruption });
}
