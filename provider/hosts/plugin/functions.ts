import { findAll, findOne, type Reader } from "../../functions/find.ts";
import { lists, nouns, prefixesByFamily } from "../../functions/index.ts";
import type { Filter, Found, LookupKind } from "../../functions/lookup-kind.ts";
import type { Properties } from "../calls.ts";

type PluginFunction = (reader: Reader, filter: Properties) => Promise<object>;

/** All objects of a kind. A function must return an object, so the list is a property of it, named like the function. */
const every =
  <F extends Filter, R extends Found>(name: string, noun: LookupKind<F, R>): PluginFunction =>
  async (reader, filter) => ({ [name]: await findAll(reader, noun, filter as F) });

const one =
  <F extends Filter, R extends Found>(noun: LookupKind<F, R>): PluginFunction =>
  (reader, filter) =>
    findOne(reader, noun, filter as F);

/** The functions of the schema, by the last part of their token. */
const FUNCTIONS: Readonly<Record<string, PluginFunction>> = {
  getPartners: every("partners", nouns.partners),
  getPartner: one(nouns.partners),
  getPops: every("pops", nouns.pops),
  getPop: one(nouns.pops),
  getDedicatedConnections: every("dedicatedConnections", nouns.dedicatedConnections),
  getDedicatedConnection: one(nouns.dedicatedConnections),
  getInterLinks: every("interLinks", nouns.interLinks),
  getInterLink: one(nouns.interLinks),
  getRoutingPolicies: every("routingPolicies", nouns.routingPolicies),
  getRoutingPolicy: one(nouns.routingPolicies),
  getVpcs: every("vpcs", nouns.vpcs),
  getVpc: one(nouns.vpcs),
  getRoutes: async (reader, filter) => ({
    routes: await findAll(reader, lists.learnedRoutes, { vpcId: "", ...filter }),
  }),
  getVpcPrefixes: async (reader, filter) =>
    prefixesByFamily(await findAll(reader, lists.vpcPrefixes, { vpcId: "", ...filter })),
};

/** The function for a token such as `scaleway-interlink:index:getPops`; undefined if there is none. */
export const functionOf = (token: string): PluginFunction | undefined => FUNCTIONS[token.split(":").at(-1) ?? ""];
