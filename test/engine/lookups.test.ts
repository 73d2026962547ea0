import { getPartner, getPopOutput, getVpcOutput, InterLink, VpcAttachment } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSimulator } from "../../simulator/index.ts";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { type Deployment, deployment, INSTANT } from "./harness.ts";

// Names instead of ids: functions resolve them in the program's process, with the stack's configuration.
let stack: Deployment;

beforeAll(async () => {
  const simulator = await startSimulator({ partner: INSTANT, secretKey: SECRET_KEY });
  stack = await deployment({
    shared: simulator,
    config: {
      "scaleway:apiUrl": { value: simulator.url },
      "scaleway:secretKey": { value: SECRET_KEY, secret: true },
    },
  });
});
afterAll(async () => {
  await stack.end();
  await stack.simulator.stop();
});

const program = (pop: string) => async () => {
  const partner = await getPartner({ name: "France IX" });
  const place = getPopOutput({ name: pop, partnerId: partner.id });
  const link = new InterLink("paris", { popId: place.id, partnerId: partner.id, bandwidthMbps: 50 });
  // Unknown in the first preview, because the link does not exist yet.
  const vpc = getVpcOutput({ name: link.name.apply(() => "production") });
  const attachment = new VpcAttachment("paris", { linkId: link.id, vpcId: vpc.id });
  return { city: place.city, popId: link.popId, partnerId: link.partnerId, vpcId: attachment.vpcId };
};

const lists = (requests: string[]) => requests.map((request) => request.split("/").at(-1));

test("A link can be ordered with names instead of ids", async () => {
  const vpc = stack.simulator.seed.vpc({ name: "production" });
  stack.program(program("TH2"));
  const previewed = await stack.requestsOf(async () => {
    const { changes } = await stack.preview();
    expect(changes).toEqual({ "InterLink paris": "create", "VpcAttachment paris": "create" });
  });
  expect(lists(previewed)).toContain("pops");
  expect(lists(previewed)).not.toContain("vpcs");
  await stack.up();
  const outputs = await stack.outputs();
  expect(outputs).toMatchObject({
    city: { value: "Paris", secret: false },
    popId: { value: POP.TH2 },
    partnerId: { value: PARTNER.franceIX },
    vpcId: { value: vpc.id },
  });
  const again = await stack.requestsOf(() => stack.preview({ expectNoChanges: true }));
  expect(lists(again)).toEqual(expect.arrayContaining(["partners", "pops", "vpcs"]));
});

test("An unknown name is one clear error in preview, without a stack trace", async () => {
  stack.program(program("TH3"));
  const { output } = await stack.previewFails();
  expect(output).toMatch(/no PoP named TH3 with .* in fr-par; available: DC2, DC3, DC5, Interxion MRS2, Telehouse TH2/);
  expect(output).not.toMatch(/\n\s+at .+:\d+/);
});

test("An unknown name in the program's first function is one clear error too", async () => {
  stack.program(async () => void (await getPartner({ name: "FrenchIX" })));
  const { output } = await stack.previewFails();
  expect(output).toContain("no partner named FrenchIX in fr-par; available: FranceIX, FreePro");
  expect(output).not.toMatch(/\n\s+at .+:\d+/);
});
