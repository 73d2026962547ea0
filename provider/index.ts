/**
 * What runs in the engine's plugin process. Programs import `pulumi-scaleway-interlink`; the state of their resources
 * names this module, so its exports stay.
 */
import type * as pulumi from "@pulumi/pulumi";
import { dynamicProvider } from "./hosts/dynamic.ts";
import type { Handler } from "./resources/contract.ts";
import { handlers, type ResourceKind } from "./resources/index.ts";

/** The provider of one kind of resource, as Pulumi's dynamic-provider process takes it. Called by the text in state. */
export function provider(kind: ResourceKind): pulumi.dynamic.ResourceProvider {
  return dynamicProvider(handlers[kind] as Handler<object, object>);
}

export type { BgpStatus, LinkStatus } from "./api/wire.ts";
export type { AddressFamily } from "./domain/address-family.ts";
export type { Health, LegFacts } from "./domain/health.ts";
export type { Mode } from "./domain/readiness.ts";
export type { Region } from "./domain/region.ts";
export type { ConfigureFrom, PartnerContact } from "./domain/status.ts";
export type { ResourceKind } from "./resources/index.ts";
