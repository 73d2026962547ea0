/** Waits of hours, on a simulated clock: the handler itself waits, without the engine, whose clock is the real one. */

import { connect } from "../../provider/api/client.ts";
import { readConfig } from "../../provider/run/config.ts";
import { Context } from "../../provider/run/context.ts";
import { startSimulator } from "../../simulator/index.ts";
import { interlink, vpcAttachment } from "../../test/handlers.ts";
import { SITES } from "./program.ts";
import type { Samples } from "./samples.ts";

const HOURS = [1, 4, 12, 24];

/** One run: a link is Active after about so many hours; how long until its VPC is attached. */
export async function measureHours(samples: Samples): Promise<void> {
  const delays: { delay: number; waited: number }[] = [];
  for (const hours of HOURS) delays.push(await delayAfter((hours + Math.random()) * 3_600_000));
  samples.note("hours.share", 100 * Math.max(...delays.map(({ delay, waited }) => delay / waited)));
  samples.note("hours.delay", Math.max(...delays.map(({ delay }) => delay)) / 1000);
}

async function delayAfter(waited: number): Promise<{ delay: number; waited: number }> {
  const simulator = await startSimulator({ clock: "stepped" });
  const { control, seed } = simulator;
  const env = {
    SCW_API_URL: simulator.url,
    SCW_SECRET_KEY: "00000000-0000-4000-8000-000000000000",
    SCW_DEFAULT_PROJECT_ID: simulator.projectId,
  };
  const config = readConfig({ stack: undefined, env, readFile: () => undefined, home: "/nowhere" });
  const api = connect({ baseUrl: config.apiUrl, secretKey: config.secretKey, userAgent: "bench" });
  let provisionAt = Number.POSITIVE_INFINITY;
  let link = "";
  const clock = {
    now: () => control.advance(0),
    // The partner is ready between two looks, at its own moment.
    async sleep(ms: number) {
      const until = clock.now() + ms;
      if (provisionAt <= until) {
        control.advance((provisionAt - clock.now()) / 1000);
        control.provision(link);
        provisionAt = Number.POSITIVE_INFINITY;
      }
      control.advance((until - clock.now()) / 1000);
    },
  };
  const context = new Context({
    api,
    clock,
    config,
    log: { info: () => {}, progress: () => {}, warn: () => {}, error: () => {} },
  });
  try {
    link = (await interlink.create(context, { ...SITES[0], bandwidthMbps: 50, __owner: "p/s/link" })).id;
    const activeAt = clock.now() + waited;
    provisionAt = activeAt;
    const vpcId = seed.vpc({ name: "hours" }).id;
    await vpcAttachment.create(context, { linkId: link, vpcId, whenNotActive: "wait", timeoutSeconds: 2 * 86_400 });
    const attach = control.requests().find(({ path }) => path.endsWith("/attach-vpc"));
    return { delay: (attach?.at ?? Number.NaN) - activeAt, waited };
  } finally {
    await api.close();
    await simulator.stop();
  }
}
