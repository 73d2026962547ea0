import type { PolicyResource } from "@pulumi/policy";
import type { ResourceKind } from "../../provider/index.ts";
import { typeOf } from "../host.ts";

/** Whether the engine's type belongs to this kind of resource, at Pulumi's dynamic host or at the plugin. */
export const isOfKind = (type: string, kind: ResourceKind): boolean =>
  type === typeOf(kind, "dynamic") || type === typeOf(kind, "plugin");

/** Selects the resources of one kind. */
export const ofKind = (resources: readonly PolicyResource[] = [], kind: ResourceKind): PolicyResource[] =>
  resources.filter(({ type }) => isOfKind(type, kind));
