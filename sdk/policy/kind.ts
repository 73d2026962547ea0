import type { PolicyResource } from "@pulumi/policy";
import type { ResourceKind } from "../../provider/index.ts";
import { typeOf } from "../host.ts";

/** Whether the engine's type of a resource is that of a kind of ours, at Pulumi's dynamic host or at the plugin. */
export const isOfKind = (type: string, kind: ResourceKind): boolean =>
  type === typeOf(kind, "dynamic") || type === typeOf(kind, "plugin");

/** The resources of a kind among others. */
export const ofKind = (resources: readonly PolicyResource[] = [], kind: ResourceKind): PolicyResource[] =>
  resources.filter(({ type }) => isOfKind(type, kind));
