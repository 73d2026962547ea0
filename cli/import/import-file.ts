/**
 * The file for `pulumi import --file`, which brings live objects into a stack's state.
 *
 * Each resource has its inputs and outputs. The engine (Pulumi 3.254 and later) stores both as given and does not call the
 * provider's read. Only this makes an import of dynamic resources possible: with an id alone, the dynamic host fails ("code must
 * be a string"), because it does not support import. Alternatives that we tested with the engine: `pulumi stack import` replaces
 * the whole state of a stack, including resources that it already has. A first `pulumi up` with `adoptId` shows creations in its
 * preview, so nobody can see that nothing changes, and it would create every routing policy again. After an import with this
 * file, the preview shows no changes, because it compares the live objects with the program.
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

/** One resource of the file, in Pulumi's format. */
interface Entry {
  type: string;
  name: string;
  id?: string;
  component?: true;
  parent?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** Pulumi's marker for a secret value in its files. */
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/**
 * Secret outputs are marked as secret and empty. The first refresh fills them in, and the engine encrypts them because the state
 * marks them as secret. Without the marker, a refresh before the first `pulumi up` would store the key in plain text.
 */
const EMPTY_SECRET = { ...SECRET, plaintext: "null" };

/** The content of the file. It contains no secret. Parents come before their children, because the engine requires this order. */
export async function importFile(
  context: Context,
  resources: readonly PlannedResource[],
  host: Host,
): Promise<{ resources: Entry[] }> {
  const entries = resources.map(async (resource): Promise<Entry> => {
    const { kind, name, parent } = resource;
    if (!("live" in resource)) return { type: typeAt("plugin", kind), name, component: true };
    const inputs = inputsOf(resource, resources);
    // In the plugin's outputs too, so that a stack can move to the dynamic host.
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

/** Inputs as the engine stores them: references are replaced by ids. */
function inputsOf({ inputs }: PlannedResource, resources: readonly PlannedResource[]): Plain {
  const plain = (value: Value): unknown => {
    if (!(value instanceof Reference)) return value;
    // VpcAttachment and RoutePropagation have the id of their link.
    const referenced = resources.find(({ kind, name }) => kind === value.kind && name === value.name);
    if (referenced === undefined || !("live" in referenced)) {
      throw new Error(`the plan has no ${value.kind} "${value.name}"`);
    }
    return referenced.live.id;
  };
  return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, plain(value)]));
}

/** The outputs that the provider would have recorded if it had created the resource with these inputs. */
async function outputsOf(context: Context, resource: LiveResource, inputs: Plain): Promise<Plain> {
  const recorded = {
    ...(await stateOf(context, resource, inputs)),
    __leftOut: leftOutOf(definitionOf(resource), inputs),
  };
  // Drops undefined values.
  return JSON.parse(JSON.stringify(recorded));
}

const definitionOf = ({ kind }: LiveResource): Definition => handlers[kind].definition;

async function stateOf(context: Context, resource: LiveResource, inputs: Plain): Promise<object> {
  // The nonce is new. If the object has no owner, the next update writes the owner tag with this nonce. If it has another owner,
  // the provider sees that owner's name with a different nonce and treats the state as an adoption whose tag is not written yet:
  // the next `pulumi up` writes the tag, and the other stack's state is superseded.
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
