/** What `interlink simulate` does: loaded once it is called. */
import { type Simulator, type SimulatorOptions, startSimulator } from "../../simulator/index.ts";
import { EXAMPLE_NAMES, EXAMPLE_VPC_ID, seedExamples } from "./examples.ts";

/** The options of the command. */
export interface Options {
  port: number;
  stateFile?: string;
  speed: number;
  partnerAcceptsAfter?: number;
  partnerProvisionsAfter?: number;
  settle: number;
  sessionUpAfter: number;
  strict: boolean;
}

/** Runs the command. */
export async function simulate(options: Options): Promise<void> {
  const simulator = await startSimulator(simulatorOptions(options)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EADDRINUSE") throw cause;
    throw new Error(`port ${options.port} is taken: give another one with --port, or 0 for any`, { cause });
  });
  seedExamples(simulator);
  console.log(introduction(simulator));
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await simulator.stop();
}

/** Partner's delays that were not given are left out: then that step waits for a control call. */
function simulatorOptions(options: Options): SimulatorOptions {
  const { partnerAcceptsAfter, partnerProvisionsAfter, stateFile } = options;
  return {
    port: options.port,
    clock: { speed: options.speed },
    settleSeconds: options.settle,
    sessionUpSeconds: options.sessionUpAfter,
    strict: options.strict,
    partner: {
      ...(partnerAcceptsAfter !== undefined && { acceptAfterSeconds: partnerAcceptsAfter }),
      ...(partnerProvisionsAfter !== undefined && { provisionAfterSeconds: partnerProvisionsAfter }),
    },
    ...(stateFile !== undefined && { stateFile }),
    log: (line) => console.log(`${new Date().toISOString()} ${line}`),
  };
}

const introduction = ({ url, projectId }: Simulator): string => `InterLink simulator on ${url}

Point a client at it (any UUID is a valid secret key):
  export SCW_API_URL=${url}
  export SCW_ACCESS_KEY=SCWSIMULATOR00000000
  export SCW_SECRET_KEY=00000000-0000-4000-8000-000000000000
  export SCW_DEFAULT_PROJECT_ID=${projectId}
  export SCW_DEFAULT_ORGANIZATION_ID=${projectId}
  export SCW_DEFAULT_REGION=fr-par

The examples find VPC ${EXAMPLE_NAMES.vpc} (${EXAMPLE_VPC_ID}),
connection ${EXAMPLE_NAMES.connection} and routing policy ${EXAMPLE_NAMES.policy}.

Be the partner, the network, or a fault, in a shell with these variables:
  interlink simulate provision --all
  interlink simulate session down --all --family ipv4
  curl -d '{"fault":{"kind":"status","status":503,"times":3,"path":"/links$"}}' ${url}/_simulator/addFault
  curl ${url}/_simulator/counters

Ctrl-C ends it. Requests:`;
