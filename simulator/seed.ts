/** Creates objects without API calls, for tests and demos. They appear neither in the request log nor in the counters. */
import { randomUUID } from "node:crypto";
import { type Connection, type PopRecord, type Region, srnOf } from "./catalog.ts";
import { goLive } from "./lifecycle.ts";
import { type Order, orderLink } from "./links.ts";
import { addPolicy } from "./routes-policies.ts";
import type { State, WireLink, WirePolicy, WireVpc } from "./state.ts";

/** Region and project default to fr-par and the simulator's project. */
interface Place {
  region?: Region;
  projectId?: string;
}

/** Creates objects directly in the simulator's state. Each function returns the new object as the API shows it. */
export interface Seed {
  /**
   * `id` defaults to a random one. `subnets` defaults to one of each family. `routingEnabled: false` makes a VPC as it was
   * before VPCs had routing. @default true
   */
  vpc(
    vpc: Place & { name: string; id?: string; tags?: string[]; subnets?: string[]; routingEnabled?: boolean },
  ): WireVpc;
  /** `prefixFilterIn` and `prefixFilterOut` default to none. */
  routingPolicy(
    policy: Place & {
      name: string;
      isIpv6?: boolean;
      prefixFilterIn?: string[];
      prefixFilterOut?: string[];
      tags?: string[];
    },
  ): WirePolicy;
  /** Takes the fields of `POST /links`. With `provisioned`, the link is provisioned at once. */
  link(link: Place & Omit<Order, "project_id"> & { provisioned?: boolean }): WireLink;
  /** All fields except name and PoP have defaults: active, 10 Gbit/s, VLANs 2000 to 2999. */
  dedicatedConnection(connection: Place & { name: string; popId: string } & Partial<Connection>): Connection;
  /** A PoP that offers hosted links of these bandwidths. */
  pop(pop: Place & { name: string; bandwidthsMbps: number[] }): PopRecord["pop"];
}

/** Creates the seeding functions. `changed` is called after each of them. */
export function seedOf(state: State, changed: () => void): Seed {
  const placed = ({ region = "fr-par", projectId = state.settings.projectId }: Place) => ({ region, projectId });
  const then = <T>(made: T): T => {
    changed();
    return structuredClone(made);
  };
  return {
    vpc: ({ subnets, ...vpc }) => {
      const made = state.addVpc({ ...vpc, ...placed(vpc) });
      const nth = new Set([...state.subnets.values()].map((subnet) => subnet.vpc_id)).size;
      for (const prefix of subnets ?? [
        `172.16.${(nth * 4) % 256}.0/22`,
        `fd5f:519c:6d46:${(nth + 1).toString(16)}::/64`,
      ]) {
        state.addSubnet(made, prefix);
      }
      return then(made);
    },
    routingPolicy: (policy) => {
      const { region, projectId } = placed(policy);
      return then(
        addPolicy(state, region, {
          project_id: projectId,
          name: policy.name,
          tags: policy.tags,
          is_ipv6: policy.isIpv6 ?? false,
          prefix_filter_in: policy.prefixFilterIn,
          prefix_filter_out: policy.prefixFilterOut,
        }),
      );
    },
    link: ({ provisioned, ...link }) => {
      const { region, projectId } = placed(link);
      const record = orderLink(state, region, { ...link, project_id: projectId });
      record.life.configuringUntil = state.clock.now();
      if (provisioned) goLive(record.life, state.around, state.clock.now());
      return then(state.show(record));
    },
    dedicatedConnection: (given) => {
      const { popId, projectId: _, ...connection } = given;
      const { region, projectId } = placed(given);
      const stamp = state.clock.stamp();
      const id = connection.id ?? randomUUID();
      const made: Connection = {
        id,
        region,
        project_id: projectId,
        organization_id: state.settings.projectId,
        tags: [],
        status: "active",
        pop_id: popId,
        bandwidth_mbps: 10000,
        available_link_bandwidths: [50, 100, 200, 500, 1000, 2000, 5000, 10000],
        vlan_range: { start: 2000, end: 2999 },
        srn: srnOf("interlink", region, "dedicated-connections", id),
        created_at: stamp,
        updated_at: stamp,
        ...connection,
      };
      state.connections.set(made.id, made);
      return then(made);
    },
    pop: (pop) => {
      const { region } = placed(pop);
      const id = randomUUID();
      const made: PopRecord["pop"] = {
        id,
        name: pop.name,
        display_name: pop.name,
        hosting_provider_name: "Seeded hosting",
        address: "1 Example Street",
        city: "Example City",
        logo_url: "https://pop.example/logo.svg",
        region,
        available_link_bandwidths_mbps: pop.bandwidthsMbps,
        srn: srnOf("interlink", region, "pops", id),
      };
      state.pops.set(made.id, { pop: made, listedBandwidths: pop.bandwidthsMbps });
      return then(made);
    },
  };
}
