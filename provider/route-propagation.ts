import { z } from "zod";
import {
  attachRoutingPolicy,
  detachRoutingPolicy,
  disableRoutePropagation,
  enableRoutePropagation,
  type Ref,
  setRoutingPolicy,
} from "./api/links.ts";
import type { Link } from "./api/wire.ts";
import { type Change, changeLink } from "./change.ts";
import { doing, HalfDone, UserError } from "./errors.ts";
import { type Context, DIFF_MAX_AGE_MS, type Handler } from "./handler.ts";
import * as input from "./inputs.ts";
import {
  type AddressFamily,
  FAMILIES,
  FAMILY_FIELDS,
  propagationBlockedBy,
  trafficBlockedBy,
  vpcIsComing,
} from "./order.ts";
import { resourceName } from "./owner.ts";
import { factsOf, nextStep } from "./status.ts";
import { type Mode, waitFor } from "./wait.ts";

/** What a program may say of a link's allowed routes and their propagation, in plain values. */
export interface RoutePropagationInputs {
  linkId: string;
  routingPolicyV4Id?: string;
  routingPolicyV6Id?: string;
  enabled?: boolean;
  whenNotReady?: Mode;
  timeoutSeconds?: number;
  requireSessions?: AddressFamily[];
  region?: string;
  __owner?: string;
}

/** What is known of it, done or put off. */
export interface RoutePropagationState extends RoutePropagationInputs {
  region: string;
  projectId: string;
  /** Whether propagation is on at the link. */
  enabled: boolean;
  /** Whether routes are open: propagation on, VPC and a policy attached, link up. */
  effective: boolean;
  /** What keeps traffic from flowing, in the order in which it has to be done. */
  blockedBy: string[];
  /** Why it is not done yet. */
  pendingReason?: string;
  linkStatus: string;
  bgpV4Status: string;
  bgpV6Status: string;
  /** The policies that this resource has attached, whatever a refresh finds there: delete detaches no other. */
  __attachedPolicies: { [Family in AddressFamily]?: string };
  __leftOut: string[];
}

const schema = z.object({
  linkId: input.id,
  routingPolicyV4Id: input.id.optional(),
  routingPolicyV6Id: input.id.optional(),
  enabled: input.flag.optional(),
  whenNotReady: input.mode.optional(),
  timeoutSeconds: input.wholeNumber(1, 30 * 86_400, " s").optional(),
  requireSessions: z
    .array(z.enum(FAMILIES, { error: 'must be "ipv4" or "ipv6"' }), { error: 'must be a list of "ipv4" and "ipv6"' })
    .optional(),
  region: input.region.optional(),
  __owner: input.owner.optional(),
});
const KEYS = Object.keys(schema.shape);
const POLICIES = ["routingPolicyV4Id", "routingPolicyV6Id"] as const;
const MAY_BE_LEFT_OUT = ["region", "enabled", ...POLICIES] as const;
const DEFAULT_TIMEOUT_SECONDS = 1800;

/** The allowed routes of a link, and whether they are open: never before the link is provisioned and has its VPC. */
export const routePropagation: Handler<RoutePropagationInputs, RoutePropagationState> = {
  async check(context, _olds, news) {
    const parsed = input.parseInputs<RoutePropagationInputs>(schema, news);
    if (parsed.failures.length > 0) return parsed;
    const { inputs, failures } = input.localIds(context, parsed.inputs, ["linkId", ...POLICIES]);
    if (POLICIES.every((key) => inputs[key] === undefined)) {
      failures.push({ property: "routingPolicyV4Id", reason: "give routingPolicyV4Id, routingPolicyV6Id or both" });
    }
    for (const family of inputs.requireSessions ?? []) {
      const key = FAMILY_FIELDS[family]?.policy;
      if (key !== undefined && inputs[key] === undefined) {
        failures.push({ property: "requireSessions", reason: `asks for ${family}, whose BGP session needs ${key}` });
      }
    }
    return { inputs, failures };
  },

  async diff(context, id, state, news) {
    const replaces = (["linkId", "region"] as const).filter(
      (key) => news[key] !== undefined && news[key] !== state[key],
    );
    if (replaces.length > 0) return { changes: true, replaces };
    const sought = { region: state.region, projectId: state.projectId, id };
    const live = await context.live(() => context.links.recent(sought, DIFF_MAX_AGE_MS));
    if (live === undefined) return { changes: true };
    const pending = state.pendingReason !== undefined;
    if (live === "unseen") {
      const switched = !pending && (news.enabled ?? true) !== state.enabled;
      return { changes: switched || POLICIES.some((key) => news[key] !== state[key]) };
    }
    // Put off, and still too early: somebody else has to act first, so there is nothing to show.
    const blocked = propagationBlockedBy(live, context.noted(vpcIsComing(id))).length > 0;
    if (pending && blocked && !factsOf(live.status).terminal) return { changes: false };
    return { changes: pending || stepsFor(live, news, state.__attachedPolicies).length > 0 };
  },

  async create(context, inputs) {
    const region = input.regionOf(context, inputs);
    return { id: inputs.linkId, state: await open(context, { region, id: inputs.linkId }, inputs) };
  },

  async read(context, id, state) {
    const region = input.regionOf(context, state);
    const live = await doing(`reading the route propagation of InterLink ${id}`, () =>
      context.links.now({ region, id }),
    );
    if (live === undefined) return undefined;
    const attached = state.__attachedPolicies ?? {};
    const managed = FAMILIES.filter(
      (family) => state.__attachedPolicies === undefined || attached[family] !== undefined,
    );
    const policies = state.pendingReason === undefined ? policiesOf(live, managed) : state;
    const read: RoutePropagationState = {
      ...stateOf(live, { ...state, linkId: id }, policies, attached, state.pendingReason),
      __leftOut: state.__leftOut ?? [],
    };
    return { state: read, inputs: input.inputsFrom<RoutePropagationInputs>(read, KEYS, read.__leftOut) };
  },

  update: (context, id, state, news) => open(context, { region: state.region, id }, news, state),

  async delete(context, id, state) {
    if (context.noted(openedBy(id))) return;
    const ref = { region: state.region, id };
    const what = `closing the routes of InterLink ${id}`;
    let link = await doing(what, () => context.links.now(ref));
    if (link === undefined || factsOf(link.status).dead) return;
    const steps = closingSteps(link, state.__attachedPolicies);
    if (link.status === "locked" && steps.length > 0) {
      throw new UserError(what, { said: "the link is Locked: nothing was tried", now: nextStep(link) });
    }
    for (const step of steps) link = await changeLink(context, ref, link, step(context, ref));
  },
};

const openedBy = (linkId: string) => `this run has opened the routes of ${linkId}`;

/** One change of the link on the way to what is wished. */
type Step = (context: Context, ref: Ref) => Change;

const enable: Step = ({ api }, { id }) => ({
  what: `opening the routes of InterLink ${id}`,
  call: (ref) => enableRoutePropagation(api, ref),
  done: (link) => link.enableRoutePropagation,
});
const disable: Step = ({ api }, { id }) => ({
  what: `closing the routes of InterLink ${id}`,
  call: (ref) => disableRoutePropagation(api, ref),
  done: (link) => !link.enableRoutePropagation,
});
const put =
  (family: AddressFamily, policyId: string, inPlaceOf: string | undefined): Step =>
  ({ api }, { id }) => ({
    what: `giving InterLink ${id} the ${family} routing policy ${policyId}`,
    // Only set-routing-policy swaps without withdrawing routes.
    call: (ref) => (inPlaceOf === undefined ? attachRoutingPolicy : setRoutingPolicy)(api, ref, policyId),
    done: (link) => link[FAMILY_FIELDS[family].policy] === policyId,
  });
const take =
  (family: AddressFamily, policyId: string): Step =>
  ({ api }, { id }) => ({
    what: `detaching the ${family} routing policy ${policyId} from InterLink ${id}`,
    call: (ref) => detachRoutingPolicy(api, ref, policyId),
    done: (link) => link[FAMILY_FIELDS[family].policy] !== policyId,
  });

/** What has to be done so that the link is as wished: policies put, then taken away, then propagation switched. */
function stepsFor(
  link: Link,
  wish: RoutePropagationInputs,
  attached: RoutePropagationState["__attachedPolicies"],
): Step[] {
  const puts: Step[] = [];
  const takes: Step[] = [];
  for (const family of FAMILIES) {
    const key = FAMILY_FIELDS[family].policy;
    const wished = wish[key];
    const present = link[key];
    if (wished !== undefined) {
      if (present !== wished) puts.push(put(family, wished, present));
    } else if (present !== undefined && attached[family] !== undefined) {
      takes.push(take(family, present));
    }
  }
  const on = wish.enabled ?? true;
  // A detached policy switches propagation off for the other family too: it is switched on again at once.
  const switching = link.enableRoutePropagation !== on || (on && takes.length > 0) ? [on ? enable : disable] : [];
  return [...puts, ...takes, ...switching];
}

function closingSteps(link: Link, attached: RoutePropagationState["__attachedPolicies"]): Step[] {
  const takes = FAMILIES.flatMap((family) => {
    const present = link[FAMILY_FIELDS[family].policy];
    return present !== undefined && present === attached[family] ? [take(family, present)] : [];
  });
  return link.enableRoutePropagation ? [disable, ...takes] : takes;
}

/** Brings the link to what is wished, once it is ready for it, or puts that off. */
async function open(
  context: Context,
  ref: Ref,
  inputs: RoutePropagationInputs,
  before?: RoutePropagationState,
): Promise<RoutePropagationState> {
  const what = `opening the routes of InterLink ${ref.id}`;
  const attached: RoutePropagationState["__attachedPolicies"] = { ...before?.__attachedPolicies };
  return doing(what, async () => {
    const found = await waitUntilReady(context, ref, inputs, attached, what);
    if (found.pendingReason !== undefined) {
      context.log.warn(
        `${labelOf(inputs)} is put off: ${found.pendingReason}. A later \`pulumi up\` opens the routes.`,
      );
      return stateOf(found.link, inputs, inputs, attached, found.pendingReason);
    }
    let link = found.link;
    for (const family of FAMILIES) {
      const key = FAMILY_FIELDS[family].policy;
      if (before === undefined && inputs[key] !== undefined && link[key] !== undefined && link[key] !== inputs[key]) {
        context.log.warn(
          `${labelOf(inputs)}: the link has another ${family} routing policy (${link[key]}), put there by somebody ` +
            `else; ${inputs[key]} takes its place.`,
        );
      }
    }
    await mustFit(context, ref.region, link, inputs, what);
    const wished = Object.fromEntries(
      FAMILIES.flatMap((family) => {
        const id = inputs[FAMILY_FIELDS[family].policy];
        return id === undefined ? [] : [[family, id]];
      }),
    );
    const state = (attachedNow: RoutePropagationState["__attachedPolicies"]) =>
      stateOf(
        link,
        inputs,
        policiesOf(
          link,
          FAMILIES.filter((family) => attachedNow[family] !== undefined),
        ),
        attachedNow,
      );
    let begun = false;
    try {
      for (const step of stepsFor(link, inputs, attached)) {
        begun = true;
        link = await changeLink(context, ref, link, step(context, ref));
      }
      context.note(openedBy(ref.id));
      link = await waitForSessions(context, ref, link, inputs, what);
      return state(wished);
    } catch (cause) {
      if (!begun) throw cause;
      throw new HalfDone(ref.id, state({ ...attached, ...wished }), cause);
    }
  });
}

async function waitUntilReady(
  context: Context,
  ref: Ref,
  inputs: RoutePropagationInputs,
  attached: RoutePropagationState["__attachedPolicies"],
  what: string,
): Promise<{ link: Link; pendingReason?: string }> {
  const { whenNotReady: mode = "wait", timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = inputs;
  let projectId: string | undefined;
  return waitFor<{ link: Link; pendingReason?: string }>(context, {
    who: labelOf(inputs),
    timeoutSeconds,
    look: async (maxAgeMs) => {
      const link = await context.links.recent({ ...ref, projectId }, maxAgeMs);
      if (link === undefined) {
        throw new UserError(what, {
          said: `there is no InterLink ${ref.id} in ${ref.region}`,
          now: "check linkId and region; if it was deleted, `pulumi up` orders it anew where it is in the program.",
        });
      }
      projectId = link.projectId;
      const blocks = propagationBlockedBy(link);
      // Closing routes needs nobody's leave.
      const mayGoOn = blocks.length === 0 || stepsFor(link, inputs, attached).every((step) => step === disable);
      if (mayGoOn) return { done: { link } };
      const blocked = blocks.join(", ");
      if (factsOf(link.status).terminal) {
        throw new UserError(what, { said: `${blocked}; it will never be Active`, now: nextStep(link) });
      }
      if (factsOf(link.status).transient || mode === "wait") return { waitingFor: blocked };
      if (mode === "defer") return { done: { link, pendingReason: blocked } };
      throw new UserError(what, { said: blocked, now: `${nextStep(link)} Or set whenNotReady: "wait" or "defer".` });
    },
    onTimeout: (waitingFor) =>
      new UserError(what, {
        said: `${waitingFor} after ${timeoutSeconds} s`,
        now: 'run `pulumi up` again later, raise timeoutSeconds, or set whenNotReady: "defer" to let a run end and a later one go on.',
      }),
  });
}

/** Refuses a policy that is not there or is of the other family, before anything is touched. */
async function mustFit(
  context: Context,
  region: string,
  link: Link,
  inputs: RoutePropagationInputs,
  what: string,
): Promise<void> {
  for (const family of FAMILIES) {
    const key = FAMILY_FIELDS[family].policy;
    const id = inputs[key];
    if (id === undefined || id === link[key]) continue;
    const policy = await context.policies.recent({ region, projectId: link.projectId, id }, DIFF_MAX_AGE_MS);
    if (policy === undefined) {
      throw new UserError(what, {
        said: `there is no routing policy ${id} in ${region}, and a link takes only policies of its own region`,
        now: `check ${key}, and that the policy and the link are in one region.`,
      });
    }
    if (policy.isIpv6 !== (family === "ipv6")) {
      throw new UserError(what, {
        said: `${key} is ${policy.name} (${id}), which is an ${policy.isIpv6 ? "IPv6" : "IPv4"} policy`,
        now: `give it as ${FAMILY_FIELDS[family === "ipv6" ? "ipv4" : "ipv6"].policy}.`,
      });
    }
  }
}

/** Waits until the BGP sessions that the program requires are up. */
async function waitForSessions(
  context: Context,
  ref: Ref,
  link: Link,
  inputs: RoutePropagationInputs,
  what: string,
): Promise<Link> {
  const { requireSessions = [], timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = inputs;
  if (requireSessions.length === 0) return link;
  return waitFor<Link>(context, {
    who: labelOf(inputs),
    timeoutSeconds,
    look: async (maxAgeMs) => {
      const now = await context.links.recent({ ...ref, projectId: link.projectId }, maxAgeMs);
      if (now === undefined || factsOf(now.status).terminal) {
        throw new UserError(what, {
          said: "the link is gone while its BGP sessions were waited for",
          now: "run `pulumi up` again.",
        });
      }
      const down = requireSessions.filter((family) => now[FAMILY_FIELDS[family].session] !== "up");
      return down.length === 0 ? { done: now } : { waitingFor: `the BGP session is not up: ${down.join(", ")}` };
    },
    onTimeout: (waitingFor) =>
      new UserError(what, {
        said: `${waitingFor} after ${timeoutSeconds} s. Propagation is on`,
        now: "look at your router's side of the session (scwBgpConfig, peerBgpConfig, vlan of the InterLink), then run `pulumi up` again.",
      }),
  });
}

const labelOf = ({ __owner, linkId }: { __owner?: string; linkId: string }) =>
  `RoutePropagation "${__owner ? resourceName(__owner) : linkId}"`;

const policiesOf = (link: Link, families: readonly AddressFamily[]) =>
  Object.fromEntries(
    families.flatMap((family) => {
      const key = FAMILY_FIELDS[family].policy;
      return link[key] === undefined ? [] : [[key, link[key]]];
    }),
  ) as Pick<RoutePropagationInputs, (typeof POLICIES)[number]>;

function stateOf(
  link: Link,
  inputs: RoutePropagationInputs,
  policies: Pick<RoutePropagationInputs, (typeof POLICIES)[number]>,
  attached: RoutePropagationState["__attachedPolicies"],
  pendingReason?: string,
): RoutePropagationState {
  const { routingPolicyV4Id, routingPolicyV6Id } = policies;
  const blockedBy = trafficBlockedBy(link);
  return {
    ...input.inputsFrom<RoutePropagationInputs>(inputs, KEYS, POLICIES),
    ...(routingPolicyV4Id !== undefined && { routingPolicyV4Id }),
    ...(routingPolicyV6Id !== undefined && { routingPolicyV6Id }),
    region: link.region,
    projectId: link.projectId,
    enabled: link.enableRoutePropagation,
    effective: blockedBy.length === 0,
    blockedBy,
    ...(pendingReason !== undefined && { pendingReason }),
    linkStatus: link.status,
    bgpV4Status: link.bgpV4Status,
    bgpV6Status: link.bgpV6Status,
    __attachedPolicies: attached,
    __leftOut: MAY_BE_LEFT_OUT.filter((key) => inputs[key] === undefined),
  };
}
