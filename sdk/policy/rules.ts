import type { PolicyConfigSchema, ResourceValidationPolicy } from "@pulumi/policy";
import { mergeCidr } from "cidr-tools";
import { parsePrefix } from "../../provider/domain/prefix.ts";
import { wildcard } from "../../provider/domain/wildcard.ts";
import { isTypeOfKind } from "./kind.ts";

type Listed = PolicyConfigSchema["properties"][string];
const texts = (description: string, standard: string[]): Listed => ({
  type: "array",
  items: { type: "string" },
  default: standard,
  description,
});
const EXCEPT = texts("Names of resources to exempt; * matches any text.", []);
const isExcepted = (name: string, { except = [] }: { except?: string[] }) =>
  except.some((pattern) => wildcard(pattern).test(name));

const LISTS = { in: "prefixFilterIn", out: "prefixFilterOut" } as const;
const DEFAULT_ROUTES = ["0.0.0.0/0", "::/0"];

/** No routing policy allows a default route, as one prefix or as prefixes that add up to one. */
export const noDefaultRoute: ResourceValidationPolicy = {
  name: "interlink-no-default-route",
  displayName: "No default route over an InterLink",
  description: "No routing policy allows 0.0.0.0/0 or ::/0: one wrong announcement would attract all traffic.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      directions: {
        type: "array",
        items: { enum: ["in", "out"] },
        default: ["in", "out"],
        description: "in: prefixFilterIn, accepted from your network; out: prefixFilterOut, advertised to it.",
      },
      except: EXCEPT,
    },
  },
  validateResource({ type, name, props, getConfig }, report) {
    const { directions = ["in", "out"], ...config } = getConfig<{ directions?: ("in" | "out")[]; except?: string[] }>();
    if (!isTypeOfKind(type, "RoutingPolicy") || isExcepted(name, config)) return;
    for (const list of directions.map((direction) => LISTS[direction])) {
      const prefixes = [...((props[list] ?? []) as string[])].filter((prefix) => "family" in parsePrefix(prefix));
      for (const route of mergeCidr(prefixes).filter((prefix) => DEFAULT_ROUTES.includes(prefix))) {
        report(`${list} of ${name} allows the default route ${route}. List the prefixes that you need instead.`);
      }
    }
  },
};

/** No `replaceLiveLink`: replacing a live link stops its traffic until the partner has provisioned the new one. */
export const noLiveReplacement: ResourceValidationPolicy = {
  name: "interlink-no-live-replacement",
  displayName: "No replacement of a live InterLink",
  description: "No link sets replaceLiveLink: its traffic would stop until the partner has provisioned the new link.",
  enforcementLevel: "mandatory",
  configSchema: { properties: { except: EXCEPT } },
  validateResource({ type, name, props, getConfig }, report) {
    if (!isTypeOfKind(type, "InterLink") || isExcepted(name, getConfig()) || props.replaceLiveLink !== true) return;
    report(
      `${name} sets replaceLiveLink. To avoid the outage, add a second InterLink, wait until it is Active, move the ` +
        "VpcAttachment and RoutePropagation to it, then remove this one.",
    );
  },
};

/** Each link has routing policies for both address families. */
export const bothFamilies: ResourceValidationPolicy = {
  name: "interlink-both-families",
  displayName: "IPv4 and IPv6 on each InterLink",
  description: "Each RoutePropagation has a routing policy for both address families, so that none is forgotten.",
  enforcementLevel: "advisory",
  configSchema: { properties: { except: EXCEPT } },
  validateResource({ type, name, props, getConfig }, report) {
    if (!isTypeOfKind(type, "RoutePropagation") || isExcepted(name, getConfig())) return;
    // The key is present even if a preview does not know the id yet.
    const missing = ["routingPolicyV4Id", "routingPolicyV6Id"].filter((key) => !(key in props));
    if (missing.length === 1) report(`${name} has no ${missing[0]}. Add a routing policy for that address family.`);
  },
};

/** Links and routing policies carry the required tags. */
export const requiredTags: ResourceValidationPolicy = {
  name: "interlink-required-tags",
  displayName: "Tags on InterLinks and routing policies",
  description: "Links and routing policies carry the required tags. None are required unless configured.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      tags: texts("Required tags, such as team=*; * matches any text.", []),
      except: EXCEPT,
    },
  },
  validateResource({ type, name, urn, props, getConfig }, report) {
    const { tags: required = [], ...config } = getConfig<{ tags?: string[]; except?: string[] }>();
    // RedundantInterLink creates its policies from `allowedRoutes`, which has no tags.
    const isMade = urn.includes("RedundantInterLink$");
    const tagged = isTypeOfKind(type, "InterLink") || (isTypeOfKind(type, "RoutingPolicy") && !isMade);
    if (!tagged || required.length === 0 || isExcepted(name, config)) return;
    const tags = [...((props.tags ?? []) as string[])];
    const missing = required.filter((pattern) => !tags.some((tag) => wildcard(pattern).test(tag)));
    if (missing.length > 0) report(`${name} has no tag ${missing.join(", ")}.`);
  },
};
