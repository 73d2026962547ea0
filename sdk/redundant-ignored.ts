import { pathOf } from "../provider/domain/property-path.ts";

/** The `ignoreChanges` of each child of a RedundantInterLink. */
interface IgnoredByChild {
  primary: string[];
  secondary: string[];
  attachment: string[];
  routes: string[];
  ipv4: string[];
  ipv6: string[];
}

const LISTS = { in: "prefixFilterIn", out: "prefixFilterOut" };

/**
 * The component's `ignoreChanges`, by child. `primary.tags` is the primary link's `tags`, `primary` the whole link;
 * `allowedRoutes.ipv4.in` is `prefixFilterIn` of the IPv4 policy, `allowedRoutes` all prefixes; `vpcId` applies to both
 * attachments, `enabled` and the policy ids to the RoutePropagation of both links, `region` and `projectId` to every
 * child that has them, and `*` to everything.
 */
export function ignoredByChild(paths: readonly string[]): IgnoredByChild {
  const ignored: IgnoredByChild = { primary: [], secondary: [], attachment: [], routes: [], ipv4: [], ipv6: [] };
  for (const [first = "", second, third] of paths.map(pathOf)) {
    switch (first) {
      case "*":
        for (const names of Object.values(ignored)) names.push("*");
        break;
      case "primary":
      case "secondary":
        ignored[first].push(second ?? "*");
        break;
      case "allowedRoutes": {
        const lists = third === "in" || third === "out" ? [LISTS[third]] : Object.values(LISTS);
        for (const family of ["ipv4", "ipv6"] as const) {
          if (second === undefined || second === "*" || second === family) ignored[family].push(...lists);
        }
        break;
      }
      case "vpcId":
        ignored.attachment.push(first);
        break;
      case "enabled":
      case "routingPolicyV4Id":
      case "routingPolicyV6Id":
        ignored.routes.push(first);
        break;
      case "region":
      case "projectId": {
        const { primary, secondary, ipv4, ipv6, attachment, routes } = ignored;
        const having = [primary, secondary, ipv4, ipv6, ...(first === "region" ? [attachment, routes] : [])];
        for (const names of having) names.push(first);
      }
    }
  }
  return ignored;
}
