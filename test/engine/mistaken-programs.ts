/** Programs with one mistake each, for `mistakes.test.ts`. */
import * as pulumi from "@pulumi/pulumi";
import { getPartner, getPartnerOutput, getPopOutput, InterLink, RedundantInterLink } from "pulumi-scaleway-interlink";

const thrown = () => {
  throw new pulumi.RunError("This error was thrown");
};

function pair(first: string, second: string) {
  const leg = (pop: string) => ({
    popId: getPopOutput({ name: pop }).id,
    partnerId: getPartnerOutput({ name: "FranceIX" }).id,
    bandwidthMbps: 50,
  });
  const { health, nextSteps, pairingKeys } = new RedundantInterLink("pair", {
    vpcId: "11111111-2222-4333-8444-555555555555",
    primary: leg(first),
    secondary: leg(second),
    allowedRoutes: { ipv4: { in: ["10.10.0.0/16"] }, ipv6: { in: ["2001:db8::/48"] } },
  });
  return { health, nextSteps, pairingKeys };
}

const awaitedPartner = async () => ({ id: (await getPartner({ name: "Nobody" })).id });

function unknownPartner() {
  const partner = getPartnerOutput({ name: "Nobody" });
  const popId = getPopOutput({ name: "TH2" }).id;
  const { nextStep } = new InterLink("line", { popId, partnerId: partner.id, bandwidthMbps: 50 });
  return { nextStep, contact: partner.contactEmail };
}

/** The programs by name. */
export const programs = {
  /** Shows how Pulumi itself prints an error. */
  thrown,
  /** Correct, if there is a secret key. */
  twoPops: () => pair("TH2", "DC3"),
  /** One of the two PoPs does not exist. */
  unknownPop: () => pair("TH9", "DC3"),
  /** The component refuses the shared PoP, which it knows only after both functions have returned. */
  onePop: () => pair("DC3", "DC3"),
  /** The function fails before any resource exists. */
  awaitedPartner,
  /** The failed function's output is an input of a resource and an output of the stack. */
  unknownPartner,
};
