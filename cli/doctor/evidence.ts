/** Reads everything that a diagnosis needs, and records what could not be read. It draws no conclusions. */
import { ApiError, undefinedIfNotFound } from "../../provider/api/api-error.ts";
import { getDedicatedConnection } from "../../provider/api/catalog.ts";
import { retry } from "../../provider/api/retry.ts";
import { getAcl, listRoutes, listSubnets } from "../../provider/api/vpcs.ts";
import type { Acl, DedicatedConnection, Link, Partner, Pop, RoutingPolicy, Vpc } from "../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import type { Context } from "../../provider/run/context.ts";
import { familiesOf } from "../routes/carrying.ts";
import { learnedByLink } from "../routes/learned.ts";
import type { Target } from "../targets.ts";

/** What a diagnosis reads besides the links, as findings name it, and the permission set that it needs. */
export const READS = {
  connections: { what: "dedicated connections", needs: "InterlinkReadOnly" },
  partners: { what: "partner contacts", needs: "InterlinkReadOnly" },
  pops: { what: "PoP locations", needs: "InterlinkReadOnly" },
  policies: { what: "routing policies", needs: "InterlinkReadOnly" },
  vpcs: { what: "VPCs", needs: "VPCReadOnly" },
  subnets: { what: "VPC subnets", needs: "VPCReadOnly" },
  routes: { what: "learned routes", needs: "VPCReadOnly" },
  acls: { what: "VPC network ACLs", needs: "VPCReadOnly" },
} as const;

/** One of {@link READS}. */
export type Read = keyof typeof READS;

/**
 * A network as it was read. An object that is missing from a map could not be read; `unread` has the reason. `gone`: the API
 * answered that the object does not exist.
 */
export interface Evidence {
  region: string;
  projectId: string;
  /** The links to examine. */
  links: Link[];
  /** Requested links that no longer exist. */
  vanished: Target[];
  /** All links of the project and region, including others on the same VPCs. */
  all: Link[];
  connections: Map<string, DedicatedConnection | "gone">;
  partners: Map<string, Partner>;
  pops: Map<string, Pop>;
  policies: Map<string, RoutingPolicy | "gone">;
  vpcs: Map<string, Vpc | "gone">;
  /** Subnet prefixes by VPC id. */
  subnets: Map<string, string[]>;
  /** Destinations that the VPC has learned over a link, by link id. */
  learned: Map<string, string[]>;
  /** Network ACLs by VPC and address family: see {@link aclKey}. */
  acls: Map<string, Acl>;
  /** Why something could not be read: the first failure of each kind. `refused`: the API key lacks the permission. */
  unread: Map<Read, { reason: string; refused: boolean }>;
}

/** The key in {@link Evidence.acls}. */
export const aclKey = (vpcId: string, family: AddressFamily): string => `${vpcId}/${family}`;

/** The links of the project that a VPC is attached to. */
export const linksOn = ({ all }: Evidence, vpcId: string): Link[] => all.filter((link) => link.vpcId === vpcId);

/**
 * Reads the network around some links. The links themselves must be readable; other failures go to `unread`.
 * Calls: one list each for policies, partners and PoPs; for each VPC the VPC itself, its subnets, its routes, and the network
 * ACL of each address family in use; one read for each dedicated connection.
 */
export async function readEvidence(
  context: Context,
  { region, projectId, targets, all }: { region: string; projectId: string; targets: readonly Target[]; all: Link[] },
): Promise<Evidence> {
  const byId = new Map(all.map((link) => [link.id, link]));
  // A link named by its id may belong to another project, so the list does not contain it.
  const found = await Promise.all(
    targets.map(
      async (target) => byId.get(target.id) ?? (await context.links.recent(target, Number.POSITIVE_INFINITY)),
    ),
  );
  const links = found.filter((link) => link !== undefined);
  const evidence: Evidence = {
    region,
    projectId,
    links,
    vanished: targets.filter((_, index) => found[index] === undefined),
    all: [...new Map([...all, ...links].map((link) => [link.id, link])).values()],
    connections: new Map(),
    partners: new Map(),
    pops: new Map(),
    policies: new Map(),
    vpcs: new Map(),
    subnets: new Map(),
    learned: new Map(),
    acls: new Map(),
    unread: new Map(),
  };
  await new Reader(context, evidence).read();
  return evidence;
}

/** Fills {@link Evidence}. All reads run in parallel. */
class Reader {
  readonly #context: Context;
  readonly #evidence: Evidence;

  constructor(context: Context, evidence: Evidence) {
    this.#context = context;
    this.#evidence = evidence;
  }

  async read(): Promise<void> {
    const { links, ...evidence } = this.#evidence;
    const vpcs = new Map(links.flatMap(({ vpcId, region }) => (vpcId === undefined ? [] : [[vpcId, region] as const])));
    const concerned = [...new Set([...links, ...[...vpcs.keys()].flatMap((id) => linksOn(this.#evidence, id))])];
    const regions = [...new Set(links.map(({ region }) => region))];
    await Promise.all([
      ...regions.map((region) =>
        this.#noting("pops", async () => {
          for (const pop of await this.#context.pops(region)) evidence.pops.set(pop.id, pop);
        }),
      ),
      ...regions
        .filter((region) => links.some((link) => link.region === region && link.partner !== undefined))
        .map((region) =>
          this.#noting("partners", async () => {
            for (const partner of await this.#context.partners(region)) evidence.partners.set(partner.id, partner);
          }),
        ),
      ...links.map((link) => this.#connection(link)),
      ...policiesOf(concerned).map((policy) => this.#policy(policy)),
      ...[...vpcs].flatMap(([vpcId, region]) => this.#vpc(vpcId, region)),
    ]);
  }

  async #connection({ region, self }: Link): Promise<void> {
    if (self === undefined) return;
    const id = self.connectionId;
    await this.#noting("connections", async () => {
      const found = await undefinedIfNotFound(() =>
        this.#once(() => getDedicatedConnection(this.#context.api, { region, id })),
      );
      this.#evidence.connections.set(id, found ?? "gone");
    });
  }

  async #policy(sought: { region: string; projectId: string; id: string }): Promise<void> {
    await this.#noting("policies", async () => {
      const policy = await this.#context.policies.recent(sought, Number.POSITIVE_INFINITY);
      this.#evidence.policies.set(sought.id, policy ?? "gone");
    });
  }

  #vpc(id: string, region: string): Promise<void>[] {
    const { api } = this.#context;
    const evidence = this.#evidence;
    const on = linksOn(evidence, id);
    const families = new Set(on.flatMap(familiesOf));
    return [
      this.#noting("vpcs", async () => {
        evidence.vpcs.set(id, (await undefinedIfNotFound(() => this.#context.vpc({ region, id }))) ?? "gone");
      }),
      this.#noting("subnets", async () => {
        const subnets = await this.#once(() => listSubnets(api, region, { vpc_id: id }));
        evidence.subnets.set(
          id,
          subnets.map(({ subnet }) => subnet),
        );
      }),
      this.#noting("routes", async () => {
        const routes = await this.#once(() => listRoutes(api, region, { vpc_id: id }));
        const learned = learnedByLink(
          routes,
          on.map((link) => link.id),
        );
        if (learned === undefined) throw new Error("the API does not show which link each route was learned over");
        for (const [linkId, prefixes] of learned) evidence.learned.set(linkId, prefixes);
      }),
      ...[...families].map((family) =>
        this.#noting("acls", async () => {
          evidence.acls.set(aclKey(id, family), await this.#once(() => getAcl(api, { region, id }, family)));
        }),
      ),
    ];
  }

  #once<T>(read: () => Promise<T>): Promise<T> {
    return retry(this.#context.clock, read);
  }

  /** Runs a read and records a failure, so that the other reads continue. */
  async #noting(read: Read, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
      const refused = error instanceof ApiError && error.status === 403;
      if (!this.#evidence.unread.has(read)) this.#evidence.unread.set(read, { reason, refused });
    }
  }
}

/** The policies of the links, without duplicates. */
function policiesOf(links: readonly Link[]): { region: string; projectId: string; id: string }[] {
  const policies = links.flatMap((link) =>
    FAMILIES.flatMap((family) => {
      const id = link[FAMILY_FIELDS[family].policy];
      return id === undefined ? [] : [{ region: link.region, projectId: link.projectId, id }];
    }),
  );
  return [...new Map(policies.map((policy) => [policy.id, policy])).values()];
}
