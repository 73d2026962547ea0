/** The customer's router: the entry `pulumi-scaleway-interlink/router`, which needs `@pulumi/command`. */
import "../../provider/domain/supported-node.ts";

export { routerConfig } from "./config.ts";
export {
  CustomerRouter,
  type CustomerRouterArgs,
  type CustomerRouterLeg,
  type RouterLink,
  type RouterPolicy,
  type RouterSessions,
} from "./customer-router.ts";
export type { PushDialect, RouterApply } from "./push.ts";
export type {
  AllowedRoutes,
  BfdTimers,
  Preference,
  PrefixLimit,
  RouterConfig,
  RouterDialect,
  RouterLeg,
  RouterPeer,
  RouterTimers,
} from "./types.ts";
