import { connect } from "../provider/api/client.ts";
import { type ConfigSources, readConfig } from "../provider/config.ts";
import { Context } from "../provider/handler.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../simulator/index.ts";

/** PoPs and partners of fr-par, as recorded. */
export const POP = {
  TH2: "fd046cc9-d9bf-4a87-9c32-d299fe4bf4d7",
  DC3: "c1165d78-bd85-4574-9958-b068a6d191f9",
  DC2: "f2e1cf2f-efec-4798-a959-767310ab30ae",
};
export const PARTNER = {
  franceIX: "89d00734-eddb-4192-8b16-bc16f0b0f5a5",
  freePro: "930ebb71-7fb2-4ea7-a8d1-7f4cc3177c05",
};
export const SECRET_KEY = "99999999-8888-4777-8666-555555555555";

/** A simulator, and contexts in which handlers run against it. */
export interface World {
  simulator: Simulator;
  /** The context of a new run: nothing that another run has read or claimed is known to it. */
  run(stack?: Record<string, string>): Context;
  /** What handlers said so far, in all runs. */
  said: string[];
  end(): Promise<void>;
}

/**
 * Starts a simulator whose clock stands still but for the handlers' own waits: each pause moves it, so a wait of days
 * takes no time, and what happens in it happens at its own instant.
 */
export async function world(options: SimulatorOptions = {}): Promise<World> {
  const simulator = await startSimulator({ clock: "stepped", ...options });
  const said: string[] = [];
  const open: Context[] = [];
  const clock = {
    now: () => simulator.control.advance(0),
    sleep: async (ms: number) => {
      simulator.control.advance(ms / 1000);
    },
  };
  return {
    simulator,
    said,
    run(stack = {}) {
      const sources: ConfigSources = {
        stack: (key) => stack[key],
        env: { SCW_SECRET_KEY: SECRET_KEY, SCW_DEFAULT_PROJECT_ID: simulator.projectId, SCW_API_URL: simulator.url },
        readFile: () => undefined,
        home: "/nowhere",
      };
      const config = readConfig(sources);
      const log = { info: (text: string) => said.push(text), warn: (text: string) => said.push(`warning: ${text}`) };
      const api = connect({ baseUrl: config.apiUrl, secretKey: config.secretKey, userAgent: "tests" });
      const context = new Context({ api, clock, log, config });
      open.push(context);
      return context;
    },
    async end() {
      await Promise.all(open.map(({ api }) => api.close()));
      await simulator.stop();
    },
  };
}
