// Two InterLinks at two PoPs on one VPC, with the same allowed routes on both. See README.md.
package main

import (
	interlink "pulumi-scaleway-interlink/sdk/go/scalewayinterlink"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(program)
}

func program(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	order := func(leg string) interlink.InterLinkOrderArgs {
		pop := interlink.GetPopOutput(ctx, interlink.GetPopOutputArgs{
			Name: pulumi.String(settings.Require(leg + "Pop")),
		})
		partner := interlink.GetPartnerOutput(ctx, interlink.GetPartnerOutputArgs{
			Name: pulumi.String(settings.Require(leg + "Partner")),
		})
		return interlink.InterLinkOrderArgs{
			PopId:         pop.Id(),
			PartnerId:     partner.Id(),
			BandwidthMbps: pulumi.Int(settings.RequireInt("bandwidthMbps")),
		}
	}
	vpc := interlink.GetVpcOutput(ctx, interlink.GetVpcOutputArgs{Name: pulumi.String(settings.Require("vpc"))})
	line, err := interlink.NewRedundantInterLink(ctx, "line", &interlink.RedundantInterLinkArgs{
		VpcId:     vpc.Id(),
		Primary:   order("primary"),
		Secondary: order("secondary"),
		AllowedRoutes: &interlink.AllowedRoutesByFamilyArgs{
			Ipv4: &interlink.AllowedRoutesArgs{
				In:  pulumi.ToStringArray([]string{"10.10.0.0/16"}),
				Out: pulumi.ToStringArray([]string{"172.16.0.0/22"}),
			},
			Ipv6: &interlink.AllowedRoutesArgs{
				In:  pulumi.ToStringArray([]string{"2001:db8:10::/48"}),
				Out: pulumi.ToStringArray([]string{"2001:db8:20::/48"}),
			},
		},
	})
	if err != nil {
		return err
	}
	ctx.Export("health", line.Health)
	ctx.Export("nextSteps", line.NextSteps)
	// For your routers.
	ctx.Export("vlans", pulumi.Map{
		"primary":   line.Primary.Link().Vlan(),
		"secondary": line.Secondary.Link().Vlan(),
	})
	// The pairing keys for the partners. Secret: pulumi stack output pairingKeys --show-secrets
	ctx.Export("pairingKeys", line.PairingKeys)
	return nil
}
