package main

import (
	interlink "pulumi-scaleway-interlink/sdk/go/scalewayinterlink"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// imports imports an existing link with Pulumi's option, and lists PoPs.
func imports(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	popName, partnerName, city := settings.Require("primaryPop"), settings.Require("primaryPartner"), "Paris"
	pop, err := interlink.GetPop(ctx, &interlink.GetPopArgs{Name: &popName})
	if err != nil {
		return err
	}
	partner, err := interlink.GetPartner(ctx, &interlink.GetPartnerArgs{Name: &partnerName})
	if err != nil {
		return err
	}
	theirs, err := interlink.NewInterLink(ctx, "theirs", &interlink.InterLinkArgs{
		PopId:         pulumi.String(pop.Id),
		PartnerId:     pulumi.String(partner.Id),
		BandwidthMbps: pulumi.Int(settings.RequireInt("bandwidthMbps")),
	}, pulumi.Import(pulumi.ID(settings.Require("linkId"))))
	if err != nil {
		return err
	}
	there, err := interlink.GetPops(ctx, &interlink.GetPopsArgs{City: &city})
	if err != nil {
		return err
	}
	names := pulumi.StringArray{}
	for _, one := range there.Pops {
		names = append(names, pulumi.String(one.DisplayName))
	}
	ctx.Export("status", theirs.Status)
	ctx.Export("pairingKey", theirs.PairingKey)
	ctx.Export("pops", names)
	return nil
}
