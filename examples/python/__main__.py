"""Two InterLinks at two PoPs on one VPC, with the same allowed routes on both. See README.md."""

import pulumi
import pulumi_scaleway_interlink as interlink

config = pulumi.Config()


def order(leg: str) -> interlink.InterLinkOrderArgs:
    return interlink.InterLinkOrderArgs(
        pop_id=interlink.get_pop_output(name=config.require(f"{leg}Pop")).id,
        partner_id=interlink.get_partner_output(name=config.require(f"{leg}Partner")).id,
        bandwidth_mbps=config.require_int("bandwidthMbps"),
    )


line = interlink.RedundantInterLink(
    "line",
    vpc_id=interlink.get_vpc_output(name=config.require("vpc")).id,
    primary=order("primary"),
    secondary=order("secondary"),
    allowed_routes=interlink.AllowedRoutesByFamilyArgs(
        ipv4=interlink.AllowedRoutesArgs(in_=["10.10.0.0/16"], out=["172.16.0.0/22"]),
        ipv6=interlink.AllowedRoutesArgs(in_=["2001:db8:10::/48"], out=["2001:db8:20::/48"]),
    ),
)

pulumi.export("health", line.health)
pulumi.export("nextSteps", line.next_steps)
# For your routers.
pulumi.export("vlans", {"primary": line.primary.link.vlan, "secondary": line.secondary.link.vlan})
# The pairing keys for the partners. Secret: pulumi stack output pairingKeys --show-secrets
pulumi.export("pairingKeys", line.pairing_keys)
