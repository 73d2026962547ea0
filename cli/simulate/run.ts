/** Runs `interlink simulate`. Loaded only when the command runs, so that help stays fast. */
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
    throw new Error(`port ${options.port} is in use: give another one with --port, or 0 for any free port`, { cause });
  });
  seedExamples(simulator);
  console.log(introduction(simulator));
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  await simulator.stop();
}

/** Without a delay, a step of the partner happens only on a control call. */
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

Environment variables for clients (any UUID is a valid secret key):
  export SCW_API_URL=${url}
  export SCW_ACCESS_KEY=SCWSIMULATOR00000000
  export SCW_SECRET_KEY=00000000-0000-4000-8000-000000000000
  export SCW_DEFAULT_PROJECT_ID=${projectId}
  export SCW_DEFAULT_ORGANIZATION_ID=${projectId}
  export SCW_DEFAULT_REGION=fr-par

For the examples there are VPC ${EXAMPLE_NAMES.vpc} (${EXAMPLE_VPC_ID}),
connection ${EXAMPLE_NAMES.connection} and routing policy ${EXAMPLE_NAMES.policy}.

To act as the partner or the network, or to inject a fault, in a shell with these variables:
  interlink simulate provision --all
  interlink simulate session down --all --family ipv4
  curl -d '{"fault":{"kind":"status","status":503,"times":3,"path":"/links$"}}' ${url}/_simulator/addFault
  curl ${url}/_simulator/counters

Press Ctrl-C to stop. Requests:`;
