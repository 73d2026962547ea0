import type { PolicyResource } from "@pulumi/policy";
import type { ResourceKind } from "../../provider/index.ts";
import { typesOf } from "../host.ts";

/** Whether the engine's type is that of this kind of resource, from either host. */
export const isTypeOfKind = (type: string, kind: ResourceKind): boolean => typesOf(kind).includes(type);

/** Selects the resources of one kind. */
export const ofKind = (resources: readonly PolicyResource[] = [], kind: ResourceKind): PolicyResource[] =>
  resources.filter(({ type }) => isTypeOfKind(type, kind));
