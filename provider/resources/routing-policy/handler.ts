import { z } from "zod";
import { ApiError } from "../../api/api-error.ts";
import type { Ref } from "../../api/links.ts";
import { type Evidence, mayHaveWorked, retry } from "../../api/retry.ts";
import {
  createRoutingPolicy,
  deleteRoutingPolicy,
  type PolicyBody,
  updateRoutingPolicy,
} from "../../api/routing-policies.ts";
import type { RoutingPolicy } from "../../api/wire.ts";
import type { AddressFamily } from "../../domain/address-family.ts";
import {
  desiredTags,
  isMistagged,
  newNonce,
  nonceOf,
  type Ownership,
  ownedBy,
  ownershipFor,
  tagsFor,
  userTags,
} from "../../domain/owner-tag.ts";
import { samePrefixes } from "../../domain/prefix.ts";
import { autoname, labelOf } from "../../domain/resource-name.ts";
import { sameSet } from "../../domain/same-set.ts";
import { isUnknown } from "../../domain/unknown.ts";
import { UserError } from "../../domain/user-error.ts";
import { type Context, DIFF_MAX_AGE_MS, LOOK_MAX_AGE_MS } from "../../run/context.ts";
import { doing, explain } from "../../run/explain.ts";
import type { Handler } from "../contract.ts";
import * as input from "../inputs.ts";
import { canonical, familyOf, type PrefixInputs, prefixFailures } from "./prefixes.ts";

/** What a program may say of a routing policy, in plain values. */
export interface RoutingPolicyInputs extends PrefixInputs {
  name?: string;
  tags?: string[];
  region?: string;
  projectId?: string;
  __owner?: string;
}

/** What is known of a routing policy that exists. */
export interface RoutingPolicyState {
  prefixFilterIn: string[];
  prefixFilterOut: string[];
  addressFamily: AddressFamily;
  name: string;
  tags: string[];
  region: string;
  projectId: string;
  organizationId: string;
  createdAt?: string | undefined;
  updatedAt?: string | undefined;
  __owner: string;
  __nonce: string;
  /** Inputs that the program left out: their values are not compared. */
  __leftOut: string[];
}

const prefixList = z.array(z.string({ error: "must be a prefix (text)" }), { error: "must be a list of prefixes" });
const schema = z.strictObject({
  prefixFilterIn: prefixList.optional(),
  prefixFilterOut: prefixList.optional(),
  addressFamily: input.addressFamily.optional(),
  name: input.name.optional(),
  tags: input.tags.optional(),
  region: input.region.optional(),
  projectId: input.projectId.optional(),
  __owner: input.owner.optional(),
});
const KEYS = Object.keys(schema.shape);
const MAY_BE_LEFT_OUT = [
  "name",
  "tags",
  "region",
  "projectId",
  "addressFamily",
  "prefixFilterIn",
  "prefixFilterOut",
] as const;

/** The allowed routes of one address family. */
export const routingPolicy: Handler<RoutingPolicyInputs, RoutingPolicyState> = {
  async check(context, _olds, news) {
    const parsed = input.parseInputs<RoutingPolicyInputs>(schema, news);
    if (parsed.failures.length > 0) return parsed;
    const { inputs } = input.localIds(context, parsed.inputs, ["projectId"]);
    return { inputs: canonical(inputs), failures: prefixFailures(inputs) };
  },

  async diff(context, id, state, news) {
    if (news.__owner !== undefined) context.run.owners.set(id, news.__owner);
    const sought = { region: state.region, projectId: state.projectId, id };
    const live = await context.live(() => context.policies.recent(sought, DIFF_MAX_AGE_MS));
    if (live === undefined) return { changes: true, replaces: ["id"] };
    const now = live === "unseen" ? state : { ...state, ...fieldsOf(live) };
    const family = news.addressFamily ?? familyOf(news) ?? now.addressFamily;
    const replaces = [
      ...(family !== now.addressFamily ? ["addressFamily"] : []),
      ...(["region", "projectId"] as const).filter((key) => news[key] !== undefined && news[key] !== now[key]),
    ];
    const mistagged = live !== "unseen" && isMistagged(context.config, live.tags, state, news.__owner);
    const wish = { ...news, tags: desiredTags(news.tags, state) };
    return { changes: replaces.length > 0 || mistagged || Object.keys(patchFor(now, wish)).length > 0, replaces };
  },

  async create(context, inputs) {
    const { api, clock, config, policies } = context;
    const region = input.regionOf(context, inputs);
    const projectId = inputs.projectId ?? config.projectId();
    const owner = inputs.__owner ?? "";
    const own = ownershipFor(config, owner, newNonce());
    const what = `creating ${label(inputs)}`;
    const family = familyOf(inputs);
    if (family === undefined) {
      throw new UserError(what, {
        said: "neither a prefix nor addressFamily says whether it is IPv4 or IPv6",
        now: "give at least one prefix.",
      });
    }
    const policy = await doing(what, async () => {
      const isOwn = ({ id, tags, isIpv6 }: RoutingPolicy) =>
        ownedBy(tags, owner) && (context.run.owners.get(id) ?? owner) === owner && isIpv6 === (family === "ipv6");
      const known = own && (await policies.all(region, projectId, LOOK_MAX_AGE_MS)).findLast(isOwn);
      if (known) {
        context.log.info(`${label(inputs)}: an earlier run has made it already (${known.id}); taking it over.`);
        return reconcile(context, { region, id: known.id }, known, inputs, own);
      }
      const body = {
        project_id: projectId,
        name: inputs.name ?? autoname(owner),
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
        throw explain(
          what,
          error,
          "look in the console: if the policy is there, delete it, then run `pulumi up` again.",
        );
      });
    });
    policies.changed(policy.id, policy);
    return { id: policy.id, state: stateOf(policy, inputs, own?.nonce ?? "") };
  },

  async read(context, id, state) {
    const region = input.regionOf(context, state);
    const policy = await doing(`reading RoutingPolicy ${id}`, () => context.policies.now({ region, id }));
    if (policy === undefined) return undefined;
    const nonce = state.__nonce ?? nonceOf(policy.tags) ?? "";
    const read = { ...stateOf(policy, state, nonce), __leftOut: state.__leftOut ?? [] };
    return { state: read, inputs: input.inputsFrom<RoutingPolicyInputs>(read, KEYS, read.__leftOut) };
  },

  async update(context, id, state, news) {
    const ref = { region: state.region, id };
    const __owner = news.__owner ?? state.__owner;
    const what = `updating ${label({ __owner })}`;
    const policy = await doing(what, async () => {
      const live = await context.policies.now(ref);
      if (live === undefined) {
        throw new UserError(what, {
          said: `${id} does not exist any more`,
          now: "run `pulumi up` again: it then makes a new one.",
        });
      }
      const own = ownershipFor(context.config, __owner, state.__nonce);
      return reconcile(context, ref, live, { ...news, tags: desiredTags(news.tags, state) }, own);
    });
    context.policies.changed(id, policy);
    return stateOf(policy, { ...news, __owner }, state.__nonce);
  },

  async delete(context, id, state) {
    const ref = { region: state.region, id };
    const what = `deleting ${labelOf("RoutingPolicy", state.__owner, id)}`;
    await doing(what, async () => {
      const live = await context.policies.now(ref);
      if (live === undefined) return;
      const nonce = nonceOf(live.tags);
      if (nonce !== undefined && nonce !== state.__nonce) {
        context.log.info(`${what}: a later run has taken it over; it stays.`);
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

/** What a policy is to be. Tags that are left out stay as they are; a prefix list that is left out is an empty one. */
type Wish = Pick<RoutingPolicyInputs, "name" | "prefixFilterIn" | "prefixFilterOut"> & { tags?: string[] | undefined };

/** What has to be sent so that a policy is as wished, apart from its owner's tag. */
function patchFor(
  now: Pick<RoutingPolicyState, "name" | "tags" | "prefixFilterIn" | "prefixFilterOut">,
  wish: Wish,
): PolicyBody {
  const { name, tags, prefixFilterIn = [], prefixFilterOut = [] } = wish;
  // What a preview does not know counts as changed.
  const same = (wished: string[], present: string[], equal: (a: string[], b: string[]) => boolean) =>
    !isUnknown(wished) && equal(wished, present);
  return {
    ...(name !== undefined && name !== now.name && { name }),
    ...(tags !== undefined && !same(tags, now.tags, sameSet) && { tags }),
    ...(!same(prefixFilterIn, now.prefixFilterIn, samePrefixes) && { prefix_filter_in: prefixFilterIn }),
    ...(!same(prefixFilterOut, now.prefixFilterOut, samePrefixes) && { prefix_filter_out: prefixFilterOut }),
  };
}

/** Changes a live policy to what is wished, with its owner's tag, in one call or none. */
async function reconcile(context: Context, ref: Ref, live: RoutingPolicy, wish: Wish, own: Ownership | undefined) {
  const tags = tagsFor(wish.tags ?? userTags(live.tags), own, live.tags);
  const { tags: _, ...rest } = patchFor(fieldsOf(live), wish);
  const body = { ...rest, ...(!sameSet(tags, live.tags) && { tags }) };
  if (Object.keys(body).length === 0) return live;
  return retry(context.clock, () => updateRoutingPolicy(context.api, ref, body));
}

const label = ({ __owner }: { __owner?: string }) => labelOf("RoutingPolicy", __owner);

function stateOf(
  policy: RoutingPolicy,
  inputs: { [Key in keyof RoutingPolicyInputs]?: unknown } & { __owner?: string },
  nonce: string,
): RoutingPolicyState {
  const leftOut = MAY_BE_LEFT_OUT.filter((key) => inputs[key] === undefined);
  return { ...fieldsOf(policy), __owner: inputs.__owner ?? "", __nonce: nonce, __leftOut: leftOut };
}

/** What the API said, and which links still use the policy, which is the usual reason for a refusal. */
async function withUsers(context: Context, what: string, state: RoutingPolicyState, id: string, error: unknown) {
  if (!(error instanceof ApiError) || error.status === undefined || error.status >= 500) return error;
  const links = await context.links.all(state.region, state.projectId, 0).catch(() => []);
  const users = links.filter((link) => link.routingPolicyV4Id === id || link.routingPolicyV6Id === id);
  if (users.length === 0) return error;
  return new UserError(what, {
    said: `${error.message}; these links use it: ${users.map((link) => `${link.name} (${link.id})`).join(", ")}`,
    now: "give those links another policy, or detach it from them, then run `pulumi up` again.",
    cause: error,
  });
}

/** The fields of a policy as users know them. */
export function fieldsOf(policy: RoutingPolicy) {
  const { id: _, isIpv6, tags, ...fields } = policy;
  return { ...fields, tags: userTags(tags), addressFamily: isIpv6 ? ("ipv6" as const) : ("ipv4" as const) };
}
