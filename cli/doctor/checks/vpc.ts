/** The VPC: is it attached, does it exist, is routing enabled, and has it subnets of the address families in use? */
import type { Link } from "../../../provider/api/wire.ts";
import { familyName } from "../../report/words.ts";
import { familiesOf } from "../../routes/carrying.ts";
import { ofFamily } from "../../routes/learned.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { isConfigurable } from "./order.ts";
import { about, vpcSubject } from "./wording.ts";

/** Checks the VPC of a link. */
export function checkVpc(evidence: Evidence, link: Link): Finding[] {
  const found = about(evidence, link);
  const { vpcId, region } = link;
  if (vpcId === undefined) {
    if (!isConfigurable(link)) return [];
    return [
      found("no-vpc", "blocked", {
        ...{ what: "no VPC is attached to the link", evidence: `vpc_id is not set, status ${link.status}` },
        ...{ remedy: "Add a VpcAttachment with a VPC of the same region, then run `pulumi up`.", who: "you" },
      }),
    ];
  }
  const vpc = evidence.vpcs.get(vpcId);
  if (vpc === "gone") {
    return [
      found("vpc-gone", "blocked", {
        what: "the VPC of the link does not exist",
        evidence: `vpc_id ${vpcId}: the API knows no such VPC in ${region}`,
        remedy: "Attach an existing VPC of the link's region.",
        who: "you",
      }),
    ];
  }
  if (vpc?.routingEnabled === false) {
    return [
      found("vpc-routing-off", "blocked", {
        what: `routing is disabled in VPC ${vpc.name}`,
        evidence: "routing_enabled is false, so no traffic is routed between its Private Networks and the link",
        remedy: "Enable routing in the console or with `scw vpc vpc enable-routing`.",
        who: "you",
      }),
    ];
  }
  const subnets = evidence.subnets.get(vpcId);
  if (subnets === undefined) return [];
  const { name } = vpcSubject(evidence, vpcId);
  const remedy = "Create a Private Network in the VPC, or attach the VPC that has your Private Networks.";
  if (subnets.length === 0) {
    const what = `VPC ${name} has no subnet, so nothing in it can be reached`;
    return [found("vpc-empty", "blocked", { what, evidence: "the list of subnets is empty", remedy, who: "you" })];
  }
  return familiesOf(link)
    .filter((family) => ofFamily(subnets, family).length === 0)
    .map((family) =>
      found("vpc-empty", "blocked", {
        family,
        what: `VPC ${name} has no ${familyName(family)} subnet, so nothing in it can be reached over ${familyName(family)}`,
        evidence: `subnets: ${subnets.join(", ")}`,
        ...{ remedy, who: "you" },
      }),
    );
}
