/**
 * The file for `pulumi import --file`, which brings live objects into a stack's state.
 *
 * Each resource comes with its inputs and its outputs. The engine (Pulumi 3.254 and later) then stores both as they are and
 * does not ask the provider to read, which is what makes an import of dynamic resources possible at all: by id alone the
 * dynamic host fails ("code must be a string"), as it knows no import. The other ways were weighed at the engine: `pulumi
 * stack import` replaces the whole state of a stack, and with it what is there already; a first `pulumi up` with `adoptId`
 * shows creations in its preview where nobody can see that nothing will change, and would make every routing policy again.
 * With this file the preview that follows is empty, because it compares what is live with the program.
 */
import { FAMILIES } from "../../provider/domain/address-family.ts";
import { type Definition, leftOutOf } from "../../provider/domain/definition.ts";
import { newNonce } from "../../provider/domain/owner-tag.ts";
import { providerText } from "../../provider/domain/provider-text.ts";
import { type Host, typeAt } from "../../provider/domain/resource-type.ts";
import { handlers } from "../../provider/resources/index.ts";
import { interlinkDefinition } from "../../provider/resources/interlink/definition.ts";
import { stateOf as linkState } from "../../provider/resources/interlink/state.ts";
import type { RoutePropagationInputs } from "../../provider/resources/route-propagation/definition.ts";
import {
  desiredPolicies,
  policiesOf,
  stateOf as routesState,
} from "../../provider/resources/route-propagation/state.ts";
import { fieldsOf as policyState } from "../../provider/resources/routing-policy/state.ts";
import type { VpcAttachmentInputs } from "../../provider/resources/vpc-attachment/definition.ts";
import { stateOf as attachmentState } from "../../provider/resources/vpc-attachment/state.ts";
import type { Context } from "../../provider/run/context.ts";
import { type LiveResource, type PlannedResource, Reference, type Value } from "./plan.ts";

/** One resource of the file, by Pulumi's names. */
interface Entry {
  type: string;
  name: string;
  id?: string;
  component?: true;
  parent?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** Pulumi's mark of a secret value in its files. */
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/**
 * Secret outputs are marked and empty. The first refresh fills them in, and the engine encrypts what it finds where its
 * state has a secret already; without the mark, a refresh before the first `pulumi up` would store the key in plain text.
 */
const EMPTY_SECRET = { ...SECRET, plaintext: "null" };

/** Makes the file's content. It holds no secret. Parents come before their children, as the engine demands. */
export async function importFile(
  context: Context,
  resources: readonly PlannedResource[],
  host: Host,
): Promise<{ resources: Entry[] }> {
  const entries = resources.map(async (resource): Promise<Entry> => {
    const { kind, name, parent } = resource;
    if (!("live" in resource)) return { type: typeAt("plugin", kind), name, component: true };
    const inputs = inputsOf(resource, resources);
    // The plugin too has it in the outputs, so that a stack can move to the dynamic host.
    const text = { __provider: providerText(kind) };
    const outputs = await outputsOf(context, resource, inputs);
    return {
      type: typeAt(host, kind),
      name,
      id: resource.live.id,
      ...(parent !== undefined && { parent }),
      inputs: { ...inputs, ...(host === "dynamic" && text) },
      outputs: { ...outputs, ...text },
    };
  });
  return { resources: await Promise.all(entries) };
}

type Plain = Record<string, unknown>;

/** Inputs as the engine stores them: references are ids. */
function inputsOf({ inputs }: PlannedResource, resources: readonly PlannedResource[]): Plain {
  const plain = (value: Value): unknown => {
    if (!(value instanceof Reference)) return value;
    // The id of an attachment and of routes is their link's.
    const meant = resources.find(({ kind, name }) => kind === value.kind && name === value.name);
    if (meant === undefined || !("live" in meant)) throw new Error(`no ${value.kind} "${value.name}" is planned`);
    return meant.live.id;
  };
  return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, plain(value)]));
}

/** What the provider would have recorded, had it made the resource with these inputs. */
async function outputsOf(context: Context, resource: LiveResource, inputs: Plain): Promise<Plain> {
  const recorded = {
    ...(await stateOf(context, resource, inputs)),
    __leftOut: leftOutOf(definitionOf(resource), inputs),
  };
  // An undefined value is an absent one.
  return JSON.parse(JSON.stringify(recorded));
}

const definitionOf = ({ kind }: LiveResource): Definition => handlers[kind].definition;

async function stateOf(context: Context, resource: LiveResource, inputs: Plain): Promise<object> {
  // The nonce is a fresh one. On an object that nobody owns, the next update writes the tag with it. Where the tag is
  // another owner's, a state under that owner's name and with another nonce is what the provider takes for an adoption that
  // was not written yet: the next `pulumi up` writes the tag, and the other stack's state is superseded.
  const own = { ...(resource.owner !== undefined && { __owner: resource.owner }), __nonce: newNonce() };
  switch (resource.kind) {
    case "RoutingPolicy":
      return { ...policyState(resource.live), ...own };
    case "InterLink": {
      const state = await linkState(context, resource.live, inputs, own.__nonce);
      const secrets = Object.entries(interlinkDefinition.outputs).filter(([, output]) => "secret" in output);
      const empty = secrets.filter(([name]) => name in state).map(([name]) => [name, EMPTY_SECRET]);
      return { ...state, ...own, ...Object.fromEntries(empty) };
    }
    case "VpcAttachment":
      return {
        ...attachmentState(resource.live, inputs as unknown as VpcAttachmentInputs, true),
        __attachedVpcId: resource.live.vpcId,
      };
    case "RoutePropagation": {
      const routes = inputs as unknown as RoutePropagationInputs;
      return routesState(resource.live, routes, policiesOf(resource.live, FAMILIES), desiredPolicies(routes));
    }
  }
}
