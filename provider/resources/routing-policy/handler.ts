import { ApiError } from "../../api/api-error.ts";
import type { Ref } from "../../api/links.ts";
import { type Evidence, mayHaveWorked, retry } from "../../api/retry.ts";
import { createRoutingPolicy, deleteRoutingPolicy, updateRoutingPolicy } from "../../api/routing-policies.ts";
import type { RoutingPolicy } from "../../api/wire.ts";
import { driftOf } from "../../domain/definition.ts";
import {
  desiredTags,
  isAdoptedSince,
  isMistagged,
  newNonce,
  nonceOf,
  type Ownership,
  ownershipFor,
  tagsFor,
  userTags,
} from "../../domain/owner-tag.ts";
import { autoname, labelOf } from "../../domain/resource-name.ts";
import { sameSet } from "../../domain/same-set.ts";
import { UserError } from "../../domain/user-error.ts";
import { type Context, DIFF_MAX_AGE_MS, LOOK_MAX_AGE_MS } from "../../run/context.ts";
import { doing, explain } from "../../run/explain.ts";
import type { Handler } from "../contract.ts";
import { applyIgnoreChanges } from "../ignored.ts";
import { refuseOthersImport } from "../import.ts";
import * as input from "../inputs.ts";
import { type RoutingPolicyInputs, routingPolicyDefinition } from "./definition.ts";
import { type DesiredPolicy, ownPolicy, planPolicy } from "./plan.ts";
import { canonical, familyOf, prefixFailures } from "./prefixes.ts";
import { fieldsOf, type RoutingPolicyState } from "./state.ts";

const parse = input.parserOf<RoutingPolicyInputs>(routingPolicyDefinition);

/** The handler of RoutingPolicy. */
export const routingPolicy: Handler<RoutingPolicyInputs, RoutingPolicyState> = {
  definition: routingPolicyDefinition,

  async check(context, { inputs: raw, oldInputs }) {
    const { inputs, failures, malformed } = parse(context, raw);
    if (malformed) return { inputs, failures };
    failures.push(...prefixFailures(inputs));
    if (failures.length === 0) input.requireProject(context, inputs, oldInputs);
    return { inputs: canonical(inputs), failures };
  },

  async diff(context, request) {
    const { resource, id, state, oldInputs } = request;
    context.claims.own(id, resource.owner);
    const sought = { region: state.region, projectId: state.projectId, id };
    const live = await context.live(() => context.policies.recent(sought, DIFF_MAX_AGE_MS));
    if (live === undefined) return { changes: true, replaces: ["id"], changed: ["id"] };
    const now = live === "unseen" ? state : { ...state, ...fieldsOf(live) };
    const inputs = applyIgnoreChanges(routingPolicyDefinition, request, now);
    const family = inputs.addressFamily ?? familyOf(inputs) ?? now.addressFamily;
    const replaces = [
      ...(family !== now.addressFamily ? ["addressFamily"] : []),
      ...(["region", "projectId"] as const).filter((key) => inputs[key] !== undefined && inputs[key] !== now[key]),
    ];
    const mistagged = live !== "unseen" && isMistagged(context.config, live.tags, state.__nonce, resource);
    const patch = Object.keys(planPolicy(now, { ...inputs, tags: desiredTags(inputs.tags, oldInputs.tags) }));
    const changed = [...replaces, ...patch.map((key) => INPUT_OF[key] ?? key)];
    const why = driftOf(replaces.length > 0 ? [] : changed, inputs, now);
    const all = mistagged ? [...changed, "tags"] : changed;
    return { changes: all.length > 0, replaces, changed: all, why };
  },

  async create(context, { resource, inputs, log }) {
    const { api, clock, config, policies } = context;
    const region = input.regionOf(context, inputs);
    const projectId = inputs.projectId ?? config.projectId();
    const own = ownershipFor(config, resource.owner, newNonce());
    const what = `creating ${labelOf(resource)}`;
    const family = familyOf(inputs);
    if (family === undefined) {
      throw new UserError(what, {
        code: "policy-family-unknown",
        reason: "the address family is unknown: the policy has no prefix and no addressFamily",
        remedy: "set at least one prefix.",
      });
    }
    const policy = await doing(what, async () => {
      const live = own === undefined ? [] : await policies.all(region, projectId, LOOK_MAX_AGE_MS);
      const known = ownPolicy(context.claims, live, resource.owner, family);
      if (known) {
        log.info(`${labelOf(resource)}: an earlier run already created it (${known.id}); adopting it.`);
        return reconcile(context, { region, id: known.id }, known, inputs, own);
      }
      const body = {
        project_id: projectId,
        name: inputs.name ?? autoname(resource),
        tags: tagsFor(inputs.tags ?? [], own),
        is_ipv6: family === "ipv6",
        prefix_filter_in: inputs.prefixFilterIn ?? [],
        prefix_filter_out: inputs.prefixFilterOut ?? [],
      };
      const evidence: Evidence<RoutingPolicy> = own
        ? async () => (await policies.all(region, projectId, 0)).find((one) => nonceOf(one.tags) === own.nonce)
        : "none";
      return retry(clock, () => createRoutingPolicy(api, region, body), { evidence }).catch((error) => {
        if (own !== undefined || !mayHaveWorked(error)) throw error;
        throw explain(what, error, "check the console: if the policy exists, delete it, then run `pulumi up` again.");
      });
    });
    policies.changed(policy.id, policy);
    return { id: policy.id, state: { ...fieldsOf(policy), __nonce: own?.nonce ?? "" } };
  },

  async read(context, { resource, id, state, oldInputs, imports }) {
    const region = input.regionOf(context, state);
    const policy = await doing(`reading RoutingPolicy ${id}`, () => context.policies.now({ region, id }));
    if (policy === undefined) return undefined;
    if (imports) refuseOthersImport(resource, id, policy.tags);
    const read = { ...fieldsOf(policy), __nonce: state.__nonce ?? nonceOf(policy.tags) ?? "" };
    return { state: read, inputs: input.inputsOf(routingPolicyDefinition, read, oldInputs) };
  },

  async update(context, request) {
    const { resource, id, state, oldInputs } = request;
    const ref = { region: state.region, id };
    const what = `updating ${labelOf(resource, id)}`;
    const policy = await doing(what, async () => {
      const live = await context.policies.now(ref);
      if (live === undefined) {
        throw new UserError(what, {
          code: "not-found",
          reason: `${id} no longer exists`,
          remedy: "run `pulumi up` again: it will create a new one.",
        });
      }
      const inputs = applyIgnoreChanges(routingPolicyDefinition, request, fieldsOf(live));
      const own = ownershipFor(context.config, resource.owner, state.__nonce);
      const tags = desiredTags(inputs.tags, oldInputs.tags);
      return reconcile(context, ref, live, { ...inputs, tags }, own);
    });
    context.policies.changed(id, policy);
    return { ...fieldsOf(policy), __nonce: state.__nonce };
  },

  async delete(context, { resource, id, state, log }) {
    const ref = { region: state.region, id };
    const what = `deleting ${labelOf(resource, id)}`;
    await doing(what, async () => {
      const live = await context.policies.now(ref);
      if (live === undefined) return;
      if (isAdoptedSince(live.tags, state.__nonce)) {
        log.info(`${what}: a later run has adopted it, so it is kept.`);
        return;
      }
      try {
        await retry(context.clock, () => deleteRoutingPolicy(context.api, ref));
      } catch (error) {
        if (error instanceof ApiError && error.notFound) return;
        throw await withUsers(context, what, state, id, error);
      } finally {
        context.policies.changed(id);
      }
    });
  },
};

/** The input for each PATCH member whose name differs. */
const INPUT_OF: Record<string, string> = { prefix_filter_in: "prefixFilterIn", prefix_filter_out: "prefixFilterOut" };

/** Updates a live policy to the desired fields and owner tag, with at most one call. */
async function reconcile(
  context: Context,
  ref: Ref,
  live: RoutingPolicy,
  desired: DesiredPolicy,
  own: Ownership | undefined,
): Promise<RoutingPolicy> {
  const tags = tagsFor(desired.tags ?? userTags(live.tags), own, live.tags);
  const { tags: _, ...rest } = planPolicy(fieldsOf(live), desired);
  const body = { ...rest, ...(!sameSet(tags, live.tags) && { tags }) };
  if (Object.keys(body).length === 0) return live;
  return retry(context.clock, () => updateRoutingPolicy(context.api, ref, body));
}

/** Adds the links that still use the policy, the usual reason for a refusal, to the API's error. */
async function withUsers(context: Context, what: string, state: RoutingPolicyState, id: string, error: unknown) {
  if (!(error instanceof ApiError) || error.status === undefined || error.status >= 500) return error;
  const links = await context.links.all(state.region, state.projectId, 0).catch(() => []);
  const users = links.filter((link) => link.routingPolicyV4Id === id || link.routingPolicyV6Id === id);
  if (users.length === 0) return error;
  return new UserError(what, {
    code: "policy-in-use",
    reason: `${error.message}; these links use it: ${users.map((link) => `${link.name} (${link.id})`).join(", ")}`,
    remedy: "give those links another policy, or detach it from them, then run `pulumi up` again.",
    cause: error,
  });
}
