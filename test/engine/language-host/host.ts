/**
 * Replaces Pulumi's language host for Node.js, which is not available everywhere: a gRPC server that starts the SDK's own runners
 * of the project (`@pulumi/pulumi/cmd/run`, `run-policy-pack`), each in a process, as the official one does.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";

// The SDK has no types for its services.
const { LanguageRuntimeService }: { LanguageRuntimeService: grpc.ServiceDefinition } = createRequire(import.meta.url)(
  "@pulumi/pulumi/proto/language_grpc_pb.js",
);

/** The runner's exit code when it has already shown the error to the user. */
const ERROR_SHOWN = 32;
const engine = process.argv.at(-1) ?? "";

/** Runs the program in its folder with that folder's SDK. */
async function run(request: language.RunRequest): Promise<language.RunResponse> {
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const runner = createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run");
  const options = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    pwd: folder,
    "root-directory": request.getInfo()?.getRootDirectory(),
    parallel: request.getParallel(),
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  if (request.getDryrun()) args.push("--dry-run");
  const child = spawn(process.execPath, [runner, ...args, request.getInfo()?.getEntryPoint() ?? "."], {
    cwd: folder,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PULUMI_NODEJS_TYPESCRIPT: "true",
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  });
  const [code] = await once(child, "exit");
  const response = new language.RunResponse();
  if (code === ERROR_SHOWN) response.setBail(true);
  else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
  return response;
}

/** Runs a policy pack, with its own SDK, until the engine ends the call. The first line that it prints is its port. */
function runPolicyPack(call: grpc.ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>): void {
  const { request } = call;
  const folder = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const runner = createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const child = spawn(process.execPath, [runner, ...request.getArgsList(), folder], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: Object.fromEntries(request.getEnvList().map((line) => line.split(/=(.*)/s).slice(0, 2))),
  });
  child.stdout.on("data", (text: Buffer) => call.write(new language.RunPluginResponse().setStdout(text)));
  child.stderr.on("data", (text: Buffer) => call.write(new language.RunPluginResponse().setStderr(text)));
  child.on("close", (code) => {
    call.write(new language.RunPluginResponse().setExitcode(code ?? 1));
    call.end();
  });
  call.on("cancelled", () => child.kill());
}

const answers =
  <Request, Response>(
    answer: (request: Request) => Response | Promise<Response>,
  ): grpc.handleUnaryCall<Request, Response> =>
  ({ request }, callback) => {
    Promise.resolve(request)
      .then(answer)
      .then(
        (response) => callback(null, response),
        (error: Error) => callback({ name: error.name, message: error.message, code: grpc.status.UNKNOWN }),
      );
  };

const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(LanguageRuntimeService, {
  run: answers(run),
  runPlugin: runPolicyPack,
  getPluginInfo: answers(() => new plugin.PluginInfo()),
  getRequiredPlugins: answers(() => new language.GetRequiredPluginsResponse()),
  getRequiredPackages: answers(() => new language.GetRequiredPackagesResponse()),
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the port from the first line.
  console.log(port);
});
