import type { PolicyConfigSchema, ResourceValidationPolicy } from "@pulumi/policy";
import { mergeCidr } from "cidr-tools";
import { parsePrefix } from "../../provider/domain/prefix.ts";
import { wildcard } from "../../provider/domain/wildcard.ts";
import { isOfKind } from "./kind.ts";

type Listed = PolicyConfigSchema["properties"][string];
const texts = (description: string, standard: string[]): Listed => ({
  type: "array",
  items: { type: "string" },
  default: standard,
  description,
});
const EXCEPT = texts("Names of resources that it does not hold for; * stands for any text.", []);
const isExcepted = (name: string, { except = [] }: { except?: string[] }) =>
  except.some((pattern) => wildcard(pattern).test(name));

const LISTS = { in: "prefixFilterIn", out: "prefixFilterOut" } as const;
const DEFAULT_ROUTES = ["0.0.0.0/0", "::/0"];

/** No default route in a routing policy, in one prefix or in parts that make one up. */
export const noDefaultRoute: ResourceValidationPolicy = {
  name: "interlink-no-default-route",
  displayName: "No default route over an InterLink",
  description: "No routing policy allows 0.0.0.0/0 or ::/0: one wrong announcement would take all traffic.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      directions: {
        type: "array",
        items: { enum: ["in", "out"] },
        default: ["in", "out"],
        description: "in: prefixFilterIn, what your network announces; out: prefixFilterOut, what the VPC announces.",
      },
      except: EXCEPT,
    },
  },
  validateResource({ type, name, props, getConfig }, report) {
    const { directions = ["in", "out"], ...config } = getConfig<{ directions?: ("in" | "out")[]; except?: string[] }>();
    if (!isOfKind(type, "RoutingPolicy") || isExcepted(name, config)) return;
    for (const list of directions.map((direction) => LISTS[direction])) {
      const prefixes = [...((props[list] ?? []) as string[])].filter((prefix) => "family" in parsePrefix(prefix));
      for (const route of mergeCidr(prefixes).filter((prefix) => DEFAULT_ROUTES.includes(prefix))) {
        report(`${list} of ${name} is a default route (${route}): list the prefixes that are meant.`);
      }
    }
  },
};

/** No `replaceLiveLink`: replacing a live link stops its traffic for the days that the partner needs. */
export const noLiveReplacement: ResourceValidationPolicy = {
  name: "interlink-no-live-replacement",
  displayName: "No replacement of a live InterLink",
  description: "No link sets replaceLiveLink: its traffic would stop until the partner has provisioned another one.",
  enforcementLevel: "mandatory",
  configSchema: { properties: { except: EXCEPT } },
  validateResource({ type, name, props, getConfig }, report) {
    if (!isOfKind(type, "InterLink") || isExcepted(name, getConfig()) || props.replaceLiveLink !== true) return;
    report(
      `${name} sets replaceLiveLink. Without loss: add a second InterLink, wait until it is Active, move the VpcAttachment and ` +
        "RoutePropagation to it, then remove this one.",
    );
  },
};

/** A link carries both address families, or none. */
export const bothFamilies: ResourceValidationPolicy = {
  name: "interlink-both-families",
  displayName: "IPv4 and IPv6 on each InterLink",
  description: "Each RoutePropagation has a routing policy of both address families, so that none is forgotten.",
  enforcementLevel: "advisory",
  configSchema: { properties: { except: EXCEPT } },
  validateResource({ type, name, props, getConfig }, report) {
    if (!isOfKind(type, "RoutePropagation") || isExcepted(name, getConfig())) return;
    // Whether one is given is known also where a preview does not know its id yet.
    const missing = ["routingPolicyV4Id", "routingPolicyV6Id"].filter((key) => !(key in props));
    if (missing.length === 1) report(`${name} has no ${missing[0]}: give it a policy of that address family too.`);
  },
};

/** Tags that links and routing policies have to carry. */
export const requiredTags: ResourceValidationPolicy = {
  name: "interlink-required-tags",
  displayName: "Tags on InterLinks and routing policies",
  description: "Links and routing policies carry the tags that the organization asks for. None unless configured.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      tags: texts("Tags that each needs, such as team=*; * stands for any text.", []),
      except: EXCEPT,
    },
  },
  validateResource({ type, name, urn, props, getConfig }, report) {
    const { tags: required = [], ...config } = getConfig<{ tags?: string[]; except?: string[] }>();
    // RedundantInterLink makes policies from `allowedRoutes`, which has no tags.
    const isMade = urn.includes("RedundantInterLink$");
    const tagged = isOfKind(type, "InterLink") || (isOfKind(type, "RoutingPolicy") && !isMade);
    if (!tagged || required.length === 0 || isExcepted(name, config)) return;
    const tags = [...((props.tags ?? []) as string[])];
    const missing = required.filter((pattern) => !tags.some((tag) => wildcard(pattern).test(tag)));
    if (missing.length > 0) report(`${name} has no tag ${missing.join(", ")}.`);
  },
};
