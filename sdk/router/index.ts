/** The customer's side of the links: the entry `pulumi-scaleway-interlink/router`, which needs `@pulumi/command`. */

export {
  type AllowedRoutes,
  type BfdTimers,
  type PrefixLimit,
  type RouterConfig,
  type RouterDialect,
  type RouterLeg,
  type RouterPeer,
  type RouterTimers,
  routerConfig,
} from "./config.ts";
export {
  CustomerRouter,
  type CustomerRouterArgs,
  type CustomerRouterLeg,
  type RouterLink,
  type RouterPolicy,
  type RouterSessions,
} from "./customer-router.ts";
export type { PushDialect, RouterApply } from "./push.ts";
export type { Preference } from "./router.ts";
