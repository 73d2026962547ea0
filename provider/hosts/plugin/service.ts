import { Metadata, type ServerUnaryCall, type ServiceError, type sendUnaryData, status } from "@grpc/grpc-js";
import * as wire from "@pulumi/pulumi/proto/provider_pb.js";
import { Status } from "@pulumi/pulumi/proto/status_pb.js";
import { Any } from "google-protobuf/google/protobuf/any_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { Definition } from "../../domain/definition.ts";
import { packageVersion } from "../../domain/package-version.ts";
import { topLevelNames } from "../../domain/property-path.ts";
import { providerText } from "../../domain/provider-text.ts";
import { isFoundByOwner, nameOfOwner, ownerOfUrn, twinRefusal } from "../../domain/resource-name.ts";
import { HalfDone } from "../../domain/user-error.ts";
import type { Reader } from "../../functions/find.ts";
import { answeredOnce } from "../../functions/reader.ts";
import type { Failure, Handler } from "../../resources/contract.ts";
import { handlers } from "../../resources/index.ts";
import type { Context } from "../../run/context.ts";
import { type About, callsOf, type Properties } from "../calls.ts";
import { contextOfProcess } from "../run-context.ts";
import { configurationChanges, configurationFailures, configurationOf, versionFailures } from "./configuration.ts";
import type { EngineLog } from "./engine-log.ts";
import { functionOf } from "./functions.ts";
import { previewed, received, secretsIn, sent, withSecrets } from "./values.ts";

/** The provider that a process serves, as Pulumi refers to it (`<URN>::<id>`), once it is configured. */
export interface Served {
  reference?: string;
}

/**
 * The methods of Pulumi's ResourceProvider (`proto/pulumi/provider.proto` of its SDK) for our resources and functions. Pulumi's
 * own implementation serves what is the same in every provider: version, schema, components and cancel.
 *
 * Handlers receive secrets as plain values. Their results are marked as secret again: each output whose input was secret, and
 * the pairing key, which is always secret.
 */
export function serviceOf(log: EngineLog, served: Served) {
  let run: { context: Context; reader: Reader } | undefined;
  const configured = () => {
    if (run === undefined) throw new Error("the provider is not configured");
    return run;
  };
  const urns = new Map<string, string>();
  const unary = <Request extends { getUrn?(): string | undefined }, Response>(
    work: (request: Request) => Promise<Response>,
  ) => {
    return ({ request }: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>): void => {
      log
        .at(request.getUrn?.() ?? "", () => work(request))
        .then(
          (response) => answer(null, response),
          (error: unknown) => answer(wireError(error)),
        );
    };
  };

  return {
    // Components need a provider that accepts secrets. Accepting outputs keeps them at their place in a component's arguments:
    // otherwise an argument such as `primary`, which has to be known, would become an output as a whole.
    handshake: unary(async () => new wire.ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptOutputs(true)),

    checkConfig: unary(async (request: wire.CheckRequest) => {
      const answer = new wire.CheckResponse().setInputs(request.getNews());
      const failures = [
        ...versionFailures(request.getUrn(), packageVersion()),
        ...configurationFailures(received(request.getNews())),
      ];
      return answer.setFailuresList(failures.map(wireFailure));
    }),

    diffConfig: unary(async (request: wire.DiffRequest) => {
      const [olds, news] = [received(request.getOldInputs()), received(request.getNews())];
      return wireDiff({ changed: configurationChanges(olds, news), replaces: [] }, olds, olds, news);
    }),

    configure: unary(async (request: wire.ConfigureRequest) => {
      const context = contextOfProcess(configurationOf(received(request.getArgs())), log);
      const { api, clock, config } = context;
      run = { context, reader: { api: answeredOnce(api), clock, config } };
      if (request.getUrn() && request.getId()) served.reference = `${request.getUrn()}::${request.getId()}`;
      return new wire.ConfigureResponse().setAcceptsecrets(true).setAcceptoutputs(true).setSupportspreview(true);
    }),

    check: unary(async (request: wire.CheckRequest) => {
      const { calls, definition, about } = subjectOf(request.getUrn());
      const oldInputs = ownInputs(definition, received(request.getOlds()));
      const { inputs, failures } = await calls.check(
        configured().context,
        about(),
        oldInputs,
        received(request.getNews()),
      );
      const owner = `${definition.kind} ${about().owner}`;
      const taken = urns.get(owner) ?? request.getUrn();
      urns.set(owner, taken);
      if (isFoundByOwner(definition.kind) && taken !== request.getUrn()) {
        failures.push({ property: "", reason: twinRefusal(definition.kind, nameOfOwner(about().owner)) });
      }
      const marked = withSecrets(inputs, secretsIn(request.getNews()));
      return new wire.CheckResponse().setInputs(sent(marked)).setFailuresList(failures.map(wireFailure));
    }),

    diff: unary(async (request: wire.DiffRequest) => {
      const { calls, definition, about } = subjectOf(request.getUrn());
      const [state, inputs] = [received(request.getOlds()), received(request.getNews())];
      const ignoreChanges = topLevelNames(request.getIgnorechangesList(), Object.keys(definition.inputs));
      const diff = await calls.diff(configured().context, about({ ignoreChanges }), request.getId(), state, inputs);
      const answer = wireDiff(diff, state, received(request.getOldInputs()), inputs);
      return diff.changes ? answer.setChanges(wire.DiffResponse.DiffChanges.DIFF_SOME) : answer;
    }),

    create: unary(async (request: wire.CreateRequest) => {
      const { calls, definition, about } = subjectOf(request.getUrn());
      const inputs = received(request.getProperties());
      const mark = markerOf(definition, request.getProperties());
      const answer = new wire.CreateResponse();
      if (request.getPreview()) return answer.setProperties(sent(mark(previewed(definition, inputs))));
      const timeouts = secondsFor("create", request.getTimeout());
      const made = await half(mark, () => calls.create(configured().context, about({ timeouts }), inputs));
      return answer.setId(made.id).setProperties(sent(mark(made.state)));
    }),

    read: unary(async (request: wire.ReadRequest) => {
      const { calls, definition, about } = subjectOf(request.getUrn());
      // The engine passes no inputs for an import; it does for a refresh and for a `get`.
      const imports = !request.hasInputs();
      const state = received(request.getProperties());
      const found = await calls.read(configured().context, about({ imports }), request.getId(), state);
      if (found === undefined) return new wire.ReadResponse();
      const mark = markerOf(definition, request.getInputs(), request.getProperties());
      const inputs = withSecrets(found.inputs, secretsIn(request.getInputs()));
      return new wire.ReadResponse()
        .setId(found.id)
        .setInputs(sent(inputs))
        .setProperties(sent(mark(found.state)));
    }),

    update: unary(async (request: wire.UpdateRequest) => {
      const { calls, definition, about } = subjectOf(request.getUrn());
      const [state, inputs] = [received(request.getOlds()), received(request.getNews())];
      const mark = markerOf(definition, request.getNews());
      const answer = new wire.UpdateResponse();
      if (request.getPreview()) return answer.setProperties(sent(mark(previewed(definition, inputs, state))));
      const ignoreChanges = topLevelNames(request.getIgnorechangesList(), Object.keys(definition.inputs));
      const asked = about({ ignoreChanges, timeouts: secondsFor("update", request.getTimeout()) });
      const update = () => calls.update(configured().context, asked, request.getId(), state, inputs);
      return answer.setProperties(sent(mark(await half(mark, update))));
    }),

    delete: unary(async (request: wire.DeleteRequest) => {
      const { calls, about } = subjectOf(request.getUrn());
      const timeouts = secondsFor("delete", request.getTimeout());
      await calls.delete(configured().context, about({ timeouts }), request.getId(), received(request.getProperties()));
      return new Empty();
    }),

    invoke: unary(async (request: wire.InvokeRequest & { getUrn?: never }) => {
      const call = functionOf(request.getTok());
      if (call === undefined) throw new Error(`there is no function ${request.getTok()}`);
      const found = await call(configured().reader, received(request.getArgs()));
      return new wire.InvokeResponse().setReturn(sent(found));
    }),
  };
}

/** The definition and the calls for the kind in a URN, and what is known about the call. */
function subjectOf(urn: string) {
  const { owner, kind } = ownerOfUrn(urn);
  const handler = (handlers as Record<string, unknown>)[kind] as Handler<object, object> | undefined;
  if (handler === undefined) throw new Error(`there is no resource ${kind}`);
  const about = (rest: Partial<About> = {}): About => ({ owner, ...rest });
  return { definition: handler.definition, calls: callsOf(handler), about };
}

/** Inputs without what another host has added to them. */
const ownInputs = ({ inputs }: Definition, all: Properties): Properties =>
  Object.fromEntries(Object.entries(all).filter(([name]) => name in inputs));

/** A timeout that the user has set; the engine sends 0 if there is none. */
const secondsFor = (operation: "create" | "update" | "delete", seconds: number): NonNullable<About["timeouts"]> =>
  seconds > 0 ? { [operation]: seconds } : {};

const wireFailure = ({ property, reason }: Failure): wire.CheckFailure =>
  new wire.CheckFailure().setProperty(property).setReason(reason);

/** Which properties change, and whether because of the program or because of a change at Scaleway outside Pulumi. */
function wireDiff(
  { changed, replaces }: { changed: readonly string[]; replaces: readonly string[] },
  state: Properties,
  oldInputs: Properties,
  inputs: Properties,
): wire.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = wire.DiffResponse.DiffChanges;
  const names = [...new Set([...changed, ...replaces])];
  const answer = new wire.DiffResponse()
    .setChanges(names.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setReplacesList([...replaces])
    .setDiffsList(names)
    .setHasdetaileddiff(names.length > 0);
  for (const name of names) {
    const isOfProgram = JSON.stringify(oldInputs[name]) !== JSON.stringify(inputs[name]);
    const before = isOfProgram ? oldInputs[name] : state[name];
    const kind = before === undefined ? "ADD" : inputs[name] === undefined && isOfProgram ? "DELETE" : "UPDATE";
    const Kind = wire.PropertyDiff.Kind;
    const detail = new wire.PropertyDiff().setInputdiff(isOfProgram);
    detail.setKind(replaces.includes(name) ? Kind[`${kind}_REPLACE`] : Kind[kind]);
    answer.getDetaileddiffMap().set(name, detail);
  }
  return answer;
}

type Marker = (state: Properties) => Properties;

/**
 * Marks the outputs that are secret: those of secret inputs, and those that always are. Adds the code by which the dynamic host
 * loads its provider, so that a stack can move to that host.
 */
const markerOf = ({ kind, outputs }: Definition, ...inputs: Parameters<typeof secretsIn>): Marker => {
  const always = Object.entries(outputs).flatMap(([name, { secret }]) => (secret ? [name] : []));
  const secrets = new Set([...secretsIn(...inputs), ...always]);
  return (state) => ({ ...withSecrets(state, secrets), __provider: providerText(kind) });
};

/** Marks the secrets in the state of a half-done change, as for a successful one. */
async function half<T>(mark: Marker, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HalfDone) throw error.recordedAs((state) => mark({ ...state }));
    throw error;
  }
}

/** An error for the engine: its message without a stack, and for a half-done change the state, which the engine saves. */
function wireError(error: unknown): Partial<ServiceError> {
  const details = error instanceof Error ? error.message : String(error);
  if (!(error instanceof HalfDone)) return { code: status.UNKNOWN, details };
  const saved = new wire.ErrorResourceInitFailed()
    .setId(error.id)
    .setReasonsList([details])
    .setProperties(sent(error.state));
  const packed = new Any();
  packed.pack(saved.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const answer = new Status().setCode(status.UNKNOWN).setMessage(details);
  answer.addDetails(packed);
  const metadata = new Metadata();
  // The metadata key that gRPC defines for structured details; the Node library has no other way to send them.
  metadata.add("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  return { code: status.UNKNOWN, details, metadata };
}
