import { z } from "zod";
import {
  createRoutingPolicy,
  deleteRoutingPolicy,
  type PolicyBody,
  updateRoutingPolicy,
} from "./api/routing-policies.ts";
import type { RoutingPolicy } from "./api/wire.ts";
import { canonicalPrefix, parsePrefix, samePrefixes, sameSet } from "./cidr.ts";
import { ApiError, doing, UserError } from "./errors.ts";
import { type Context, DIFF_MAX_AGE_MS, type Failure, type Handler } from "./handler.ts";
import * as input from "./inputs.ts";
import type { AddressFamily } from "./order.ts";
import { autoname, newNonce, ownedBy, ownershipOf, ownerTag, resourceName, userTags } from "./owner.ts";
import { persist } from "./repeat.ts";

/** What a program may say of a routing policy, in plain values. */
export interface RoutingPolicyInputs {
  prefixFilterIn?: string[];
  prefixFilterOut?: string[];
  addressFamily?: AddressFamily;
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
const schema = z.object({
  prefixFilterIn: prefixList.optional(),
  prefixFilterOut: prefixList.optional(),
  addressFamily: z.enum(["ipv4", "ipv6"], { error: 'must be "ipv4" or "ipv6"' }).optional(),
  name: input.name.optional(),
  tags: input.tags.optional(),
  region: input.region.optional(),
  projectId: input.projectId.optional(),
  __owner: input.owner.optional(),
});
const KEYS = Object.keys(schema.shape);
const FILTERS = ["prefixFilterIn", "prefixFilterOut"] as const;
const MAY_BE_LEFT_OUT = ["name", "tags", "region", "projectId", "addressFamily", "prefixFilterIn", "prefixFilterOut"];

/** The allowed routes of one address family. */
export const routingPolicy: Handler<RoutingPolicyInputs, RoutingPolicyState> = {
  async check(context, _olds, news) {
    const parsed = input.parseInputs<RoutingPolicyInputs>(schema, news);
    if (parsed.failures.length > 0) return parsed;
    const { inputs } = input.localIds(context, parsed.inputs, ["projectId"]);
    return { inputs: canonical(inputs), failures: prefixFailures(inputs) };
  },

  async diff(context, id, state, news) {
    const sought = { region: state.region, projectId: state.projectId, id };
    const live = await context.live(() => context.policies.recent(sought, DIFF_MAX_AGE_MS));
    if (live === undefined) return { changes: true, replaces: ["id"] };
    const now = live === "unseen" ? state : { ...state, ...fieldsOf(live) };
    const family = news.addressFamily ?? familyOf(news) ?? now.addressFamily;
    const replaces = [
      ...(family !== now.addressFamily ? ["addressFamily"] : []),
      ...(["region", "projectId"] as const).filter((key) => news[key] !== undefined && news[key] !== now[key]),
    ];
    return { changes: replaces.length > 0 || inPlaceChanges(now, news).length > 0, replaces };
  },

  async create(context, inputs) {
    const region = input.regionOf(context, inputs);
    const projectId = inputs.projectId ?? context.config.projectId();
    const owner = inputs.__owner ?? "";
    const nonce = newNonce();
    const tagged = context.config.ownershipTags && owner !== "";
    const tags = [...(inputs.tags ?? []), ...(tagged ? [ownerTag({ owner, nonce })] : [])];
    const label = `RoutingPolicy "${resourceName(owner)}"`;
    const family = familyOf(inputs);
    if (family === undefined) {
      throw new UserError(`creating ${label}`, {
        said: "neither a prefix nor addressFamily says whether it is IPv4 or IPv6",
        now: "give at least one prefix.",
      });
    }
    const policy = await doing(`creating ${label}`, async () => {
      const isOwn = (policy: RoutingPolicy) => ownedBy(policy.tags, owner) && policy.isIpv6 === (family === "ipv6");
      const known = tagged
        ? (await context.policies.all(region, projectId, DIFF_MAX_AGE_MS)).findLast(isOwn)
        : undefined;
      const body = { name: inputs.name ?? known?.name ?? autoname(owner), tags, ...filterBody(inputs) };
      if (known) {
        context.log.info(`${label}: an earlier run has made it already (${known.id}); taking it over.`);
        // Lists that this program does not have are not left as an earlier one made them: they say what traffic may pass.
        const whole = { ...body, ...filterBody({ prefixFilterIn: [], prefixFilterOut: [] }), ...filterBody(inputs) };
        return persist(context.clock, () => updateRoutingPolicy(context.api, { region, id: known.id }, whole));
      }
      return persist(
        context.clock,
        () => createRoutingPolicy(context.api, region, { ...body, project_id: projectId, is_ipv6: family === "ipv6" }),
        {
          onlyWithProof: true,
          ...(tagged && {
            proof: async () =>
              (await context.policies.all(region, projectId, 0)).find((one) =>
                one.tags.includes(ownerTag({ owner, nonce })),
              ),
          }),
        },
      );
    });
    context.policies.changed(policy.id, policy);
    const leftOut = MAY_BE_LEFT_OUT.filter((key) => inputs[key as keyof RoutingPolicyInputs] === undefined);
    return { id: policy.id, state: { ...fieldsOf(policy), __owner: owner, __nonce: nonce, __leftOut: leftOut } };
  },

  async read(context, id, state) {
    const region = input.regionOf(context, state);
    const policy = await doing(`reading RoutingPolicy ${id}`, () => context.policies.now({ region, id }));
    if (policy === undefined) return undefined;
    const read: RoutingPolicyState = {
      ...fieldsOf(policy),
      __owner: state.__owner ?? "",
      __nonce: state.__nonce ?? ownershipOf(policy.tags)?.nonce ?? "",
      __leftOut: state.__leftOut ?? [],
    };
    return { state: read, inputs: input.inputsFrom<RoutingPolicyInputs>(read, KEYS, read.__leftOut) };
  },

  async update(context, id, state, news) {
    const region = state.region;
    const owner = news.__owner ?? state.__owner;
    const label = `RoutingPolicy "${resourceName(owner)}"`;
    const policy = await doing(`updating ${label}`, async () => {
      const live = await context.policies.now({ region, id });
      if (live === undefined) {
        throw new UserError(`updating ${label}`, {
          said: `${id} does not exist any more`,
          now: "run `pulumi up` again: it then makes a new one.",
        });
      }
      const wished = new Set(inPlaceChanges(fieldsOf(live), news));
      const tags = [...(news.tags ?? []), ...ownTag(context, live.tags, owner, state.__nonce)];
      const body: PolicyBody = {
        ...(wished.has("name") && news.name !== undefined && { name: news.name }),
        ...(!sameSet(tags, live.tags) && { tags }),
        ...filterBody(
          Object.fromEntries(FILTERS.filter((key) => wished.has(key)).map((key) => [key, news[key] ?? []])),
        ),
      };
      if (Object.keys(body).length === 0) return live;
      return persist(context.clock, () => updateRoutingPolicy(context.api, { region, id }, body));
    });
    context.policies.changed(id, policy);
    const leftOut = MAY_BE_LEFT_OUT.filter((key) => news[key as keyof RoutingPolicyInputs] === undefined);
    return { ...fieldsOf(policy), __owner: owner, __nonce: state.__nonce, __leftOut: leftOut };
  },

  async delete(context, id, state) {
    const { region } = state;
    const what = `deleting RoutingPolicy "${resourceName(state.__owner) || id}"`;
    await doing(what, async () => {
      const live = await context.policies.now({ region, id });
      if (live === undefined) return;
      const nonce = ownershipOf(live.tags)?.nonce;
      if (nonce !== undefined && nonce !== state.__nonce) {
        context.log.info(`${what}: a later run has taken it over; it stays.`);
        return;
      }
      try {
        await persist(context.clock, () => deleteRoutingPolicy(context.api, { region, id }));
      } catch (error) {
        if (error instanceof ApiError && error.notFound) return;
        throw await withUsers(context, what, state, id, error);
      } finally {
        context.policies.changed(id);
      }
    });
  },
};

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

function ownTag(context: Context, liveTags: string[], owner: string, nonce: string): string[] {
  if (context.config.ownershipTags && owner !== "" && nonce !== "") return [ownerTag({ owner, nonce })];
  return liveTags.filter((tag) => ownershipOf([tag]) !== undefined);
}

function inPlaceChanges(
  now: Pick<RoutingPolicyState, "name" | "tags" | "prefixFilterIn" | "prefixFilterOut">,
  news: RoutingPolicyInputs,
): string[] {
  return [
    ...(news.name !== undefined && news.name !== now.name ? ["name"] : []),
    ...(!same(news.tags, now.tags, sameSet) ? ["tags"] : []),
    ...FILTERS.filter((key) => !same(news[key], now[key], samePrefixes)),
  ];
}

/** A list that is left out is an empty one; one that a preview does not know counts as changed. */
const same = (wish: string[] = [], now: string[], equal: (a: string[], b: string[]) => boolean) =>
  !input.isUnknown(wish) && equal(wish, now);

function fieldsOf(policy: RoutingPolicy) {
  const { id: _, isIpv6, tags, ...fields } = policy;
  return { ...fields, tags: userTags(tags), addressFamily: isIpv6 ? ("ipv6" as const) : ("ipv4" as const) };
}

function filterBody(inputs: Pick<RoutingPolicyInputs, "prefixFilterIn" | "prefixFilterOut">): PolicyBody {
  return {
    ...(inputs.prefixFilterIn && { prefix_filter_in: inputs.prefixFilterIn }),
    ...(inputs.prefixFilterOut && { prefix_filter_out: inputs.prefixFilterOut }),
  };
}

function canonical(inputs: RoutingPolicyInputs): RoutingPolicyInputs {
  const lists = FILTERS.flatMap((key) => {
    const list = inputs[key];
    return Array.isArray(list) ? [[key, list.map(canonicalPrefix)] as const] : [];
  });
  return { ...inputs, ...Object.fromEntries(lists) };
}

/** The family that the inputs tell: by addressFamily, else by the first prefix that can be read. */
function familyOf(inputs: RoutingPolicyInputs): AddressFamily | undefined {
  if (inputs.addressFamily !== undefined && !input.isUnknown(inputs.addressFamily)) return inputs.addressFamily;
  for (const prefix of knownPrefixes(inputs)) {
    const parsed = parsePrefix(prefix.text);
    if ("family" in parsed) return parsed.family;
  }
  return undefined;
}

function knownPrefixes(inputs: RoutingPolicyInputs) {
  return FILTERS.flatMap((key) => {
    const list = inputs[key];
    return Array.isArray(list) ? list.map((text, index) => ({ key, index, text })) : [];
  }).filter(({ text }) => !input.isUnknown(text));
}

function prefixFailures(inputs: RoutingPolicyInputs): Failure[] {
  const family = familyOf(inputs);
  const seen = new Map<string, string>();
  const failures = knownPrefixes(inputs).flatMap(({ key, index, text }): Failure[] => {
    const property = `${key}[${index}]`;
    const parsed = parsePrefix(text);
    if ("problem" in parsed) return [{ property, reason: parsed.problem }];
    if (parsed.family !== family) {
      return [
        {
          property,
          reason: `"${text}" is ${named(parsed.family)}, but this policy is ${named(family)}: make one policy a family`,
        },
      ];
    }
    const twin = seen.get(`${key} ${parsed.canonical}`);
    seen.set(`${key} ${parsed.canonical}`, text);
    return twin === undefined
      ? []
      : [{ property, reason: `"${text}" is there twice${twin === text ? "" : ` (as "${twin}")`}` }];
  });
  const unknown = FILTERS.some((key) => input.isUnknown(inputs[key]));
  if (!unknown && knownPrefixes(inputs).length === 0) {
    failures.push({
      property: "prefixFilterIn",
      reason: "a policy needs at least one prefix, in prefixFilterIn or prefixFilterOut",
    });
  }
  return failures;
}

const named = (family: AddressFamily | undefined) => (family === "ipv6" ? "IPv6" : "IPv4");
