"""Imports an existing link with Pulumi's option, and lists PoPs."""

import pulumi
import pulumi_scaleway_interlink as interlink

config = pulumi.Config()
theirs = interlink.InterLink(
    "theirs",
    pop_id=interlink.get_pop(name=config.require("primaryPop")).id,
    partner_id=interlink.get_partner(name=config.require("primaryPartner")).id,
    bandwidth_mbps=config.require_int("bandwidthMbps"),
    opts=pulumi.ResourceOptions(import_=config.require("linkId")),
)
pulumi.export("status", theirs.status)
pulumi.export("pairingKey", theirs.pairing_key)
pulumi.export("pops", [pop.display_name for pop in interlink.get_pops(city="Paris").pops])
