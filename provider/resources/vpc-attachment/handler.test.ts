import { describe, expect, test } from "vitest";
import { interlink, vpcAttachment } from "../../../test/handlers.ts";
import { NOWHERE, offline, POP, worldOfFile } from "../../../test/world.ts";
import { UNKNOWN } from "../../domain/unknown.ts";
import type { VpcAttachmentInputs } from "./definition.ts";
import type { VpcAttachmentState } from "./state.ts";

const w = await worldOfFile();

const vpc = (name = "v", region: "fr-par" | "nl-ams" = "fr-par") => w.simulator.seed.vpc({ name, region }).id;
const owner = { __owner: "p/s/att" };
const attach = (inputs: VpcAttachmentInputs, run = w.run()) => vpcAttachment.create(run, { ...owner, ...inputs });
const diff = (
  made: { id: string; state: VpcAttachmentState },
  news: Partial<VpcAttachmentInputs> = {},
  run = w.run(),
) =>
  vpcAttachment.diff(run, made.id, made.state, {
    ...owner,
    linkId: made.state.linkId,
    vpcId: made.state.vpcId,
    ...news,
  });
/** An Active link with its VPC. */
async function attached() {
  const { id: linkId } = await w.order({ active: true });
  return attach({ linkId, vpcId: vpc() });
}

/** Attaches a VPC to the link and returns inputs that name another. */
async function taken(linkId: string) {
  await attach({ linkId, vpcId: vpc() });
  return { linkId, vpcId: vpc("b") };
}

describe("check", () => {
  const check = (news: Record<string, unknown>, stack = {}) =>
    vpcAttachment.check(offline(stack), {}, { linkId: NOWHERE, vpcId: NOWHERE, ...news });
  test("VpcAttachment check normalizes ids", async () => {
    const news = { linkId: `fr-par/${POP.TH2.toUpperCase()}`, vpcId: `fr-par/${NOWHERE}`, whenNotActive: "defer" };
    expect(await check(news)).toEqual({
      inputs: { linkId: POP.TH2, vpcId: NOWHERE, region: "fr-par", whenNotActive: "defer" },
      failures: [],
    });
  });
  test.each<[string, Record<string, unknown>, string, RegExp]>([
    ["no link", { linkId: undefined }, "linkId", /is required/],
    ["no VPC", { vpcId: undefined }, "vpcId", /is required/],
    [
      "a VPC of another region",
      { linkId: `fr-par/${NOWHERE}`, vpcId: `nl-ams/${NOWHERE}` },
      "vpcId",
      /is in nl-ams, but this resource is in fr-par/,
    ],
    ["a mode that does not exist", { whenNotActive: "later" }, "whenNotActive", /"wait" or "defer" or "fail"/],
    ["a timeout of zero", { timeoutSeconds: 0 }, "timeoutSeconds", /at least 1 s/],
    [
      "a status that does not exist",
      { configureFrom: "requested" },
      "configureFrom",
      /"active" or "provisioned" or "ordered"/,
    ],
  ])("VpcAttachment check reports one failure for %s", async (_, news, property, reason) => {
    expect((await check(news)).failures).toEqual([{ property, reason: expect.stringMatching(reason) }]);
  });
  test("VpcAttachment check accepts unknown inputs", async () => {
    expect((await check({ linkId: UNKNOWN, vpcId: UNKNOWN, timeoutSeconds: UNKNOWN })).failures).toEqual([]);
  });
});

describe("diff", () => {
  test.each<[string, Partial<VpcAttachmentInputs>, { changes: boolean; replaces?: string[] }]>([
    ["nothing", {}, { changes: false }],
    [
      "mode, timeout and configureFrom",
      { whenNotActive: "fail", timeoutSeconds: 5, configureFrom: "provisioned" },
      { changes: false },
    ],
    ["its own region, set explicitly", { region: "fr-par" }, { changes: false }],
    ["the VPC", { vpcId: NOWHERE }, { changes: true }],
    ["an unknown VPC", { vpcId: UNKNOWN }, { changes: true }],
    ["the link", { linkId: NOWHERE }, { changes: true, replaces: ["linkId"] }],
    ["an unknown link", { linkId: UNKNOWN }, { changes: true, replaces: ["linkId"] }],
    ["the region", { region: "nl-ams" }, { changes: true, replaces: ["region"] }],
  ])("VpcAttachment diff of %s", async (_, news, found) => {
    const made = await attached();
    expect(await diff(made, news)).toEqual(found);
    expect(await diff(made, news, offline())).toEqual(found);
  });
  test("VpcAttachment diff sees a VPC detached or swapped in the console, and a link that is gone", async () => {
    const made = await attached();
    await vpcAttachment.delete(w.run(), made.id, made.state);
    expect(await diff(made)).toEqual({ changes: true });
    await attach({ linkId: made.id, vpcId: vpc("other") });
    expect(await diff(made)).toEqual({ changes: true });
    expect(await diff({ ...made, id: NOWHERE })).toEqual({ changes: true });
  });
  test("A new link status alone is no change", async () => {
    const made = await attached();
    w.simulator.control.lock(made.id);
    expect(await diff(made)).toEqual({ changes: false });
  });
});

describe("create", () => {
  test("VpcAttachment create attaches to an Active link and reports its state", async () => {
    const { id, state } = await attached();
    expect(w.live(id)?.vpc_id).toBe(state.vpcId);
    expect(state).toMatchObject({
      attached: true,
      linkId: id,
      linkStatus: "active",
      bgpV4Status: "disabled",
      bgpV6Status: "disabled",
    });
    expect(state).not.toHaveProperty("pendingReason");
  });
  test.each<[string, (linkId: string) => Promise<VpcAttachmentInputs>, RegExp]>([
    [
      "a VPC that does not exist",
      async (linkId) => ({ linkId, vpcId: NOWHERE }),
      /there is no VPC 0.* in fr-par.*\n.*check vpcId/,
    ],
    [
      "a VPC of another region",
      async (linkId) => ({ linkId, vpcId: vpc("v", "nl-ams") }),
      /there is no VPC .* in fr-par, and a link accepts only VPCs in its own region/,
    ],
    [
      "a link that does not exist",
      async () => ({ linkId: NOWHERE, vpcId: vpc() }),
      /there is no InterLink 0.* in fr-par\n.*check linkId and region/,
    ],
    [
      "a link with another VPC",
      taken,
      /another VPC \(.*\) is attached to this link, and a link can have only one\n.*detach that VPC first/,
    ],
  ])("VpcAttachment create with %s is a clear error, and no call is sent", async (_, inputs, expected) => {
    const { id } = await w.order({ active: true });
    const desired = await inputs(id);
    w.calls();
    await expect(attach(desired)).rejects.toThrow(expected);
    expect(w.changes()).toEqual([]);
  });
  test.each([
    { kind: "drop", when: "before" },
    { kind: "drop", when: "after" },
    { kind: "status", status: 500, effect: true },
    { kind: "status", status: 429 },
    { kind: "status", status: 409, body: { type: "transient_state", message: "m" } },
  ] as const)("VpcAttachment create survives %j", async (fault) => {
    const { id: linkId } = await w.order({ active: true });
    w.simulator.control.addFault({ ...fault, method: "POST", path: "attach-vpc$" });
    const { state } = await attach({ linkId, vpcId: vpc() });
    expect([state.attached, w.live(linkId)?.vpc_id]).toEqual([true, state.vpcId]);
  });
  test("A 403 to attach-vpc is one clear error, and the link is unchanged", async () => {
    const { id: linkId } = await w.order({ active: true });
    w.simulator.control.addFault({
      kind: "status",
      path: "attach-vpc$",
      status: 403,
      body: { type: "permissions_denied", message: "no", details: [{ resource: "vpc", action: "write" }] },
    });
    w.calls();
    await expect(attach({ linkId, vpcId: vpc() })).rejects.toThrow(
      /^attaching VPC .* to InterLink .*: POST .*resource "vpc", action "write"/,
    );
    expect(w.changes()).toEqual(["POST attach-vpc"]);
  });
});

describe("read", () => {
  test("VpcAttachment read returns the program's inputs", async () => {
    const { id, state } = await attached();
    expect((await vpcAttachment.read(w.run(), id, state))?.inputs).toEqual({
      ...owner,
      linkId: id,
      vpcId: state.vpcId,
    });
    const found = await vpcAttachment.read(w.run(), id, {});
    expect(found?.state).toMatchObject({ linkId: id, vpcId: state.vpcId, attached: true });
  });
  test("VpcAttachment read reports a missing link or VPC as gone, but not while deferred", async () => {
    const { id, state } = await attached();
    await vpcAttachment.delete(w.run(), id, state);
    expect(await vpcAttachment.read(w.run(), id, state)).toBeUndefined();
    expect(await vpcAttachment.read(w.run(), NOWHERE, state)).toBeUndefined();
    const pending = { ...state, attached: false, pendingReason: "early" };
    expect((await vpcAttachment.read(w.run(), id, pending))?.state).toMatchObject(pending);
  });
});

describe("delete", () => {
  test("VpcAttachment delete detaches only the VPC that it attached", async () => {
    const { id, state } = await attached();
    w.calls();
    await vpcAttachment.delete(w.run(), id, { ...state, __attachedVpcId: NOWHERE });
    await vpcAttachment.delete(w.run(), NOWHERE, state);
    expect(w.changes()).toEqual([]);
    await vpcAttachment.delete(w.run(), id, state);
    expect(w.live(id)).not.toHaveProperty("vpc_id");
  });
  test("VpcAttachment delete does nothing if the attachment was deferred", async () => {
    const { id } = await w.order();
    const { state } = await attach({ linkId: id, vpcId: vpc(), whenNotActive: "defer" });
    w.calls();
    await vpcAttachment.delete(w.run(), id, state);
    expect(w.calls()).toEqual([]);
  });
  test("VpcAttachment delete does nothing on a link that is being deleted", async () => {
    const made = await attached();
    const link = await interlink.read(w.run(), made.id, {});
    await interlink.delete(w.run(), made.id, link?.state as never);
    w.calls();
    await vpcAttachment.delete(w.run(), made.id, made.state);
    expect(w.changes()).toEqual([]);
  });
  test("VpcAttachment delete on a Locked link is a clear error, and no call is sent", async () => {
    const { id, state } = await attached();
    w.simulator.control.lock(id);
    w.calls();
    await expect(vpcAttachment.delete(w.run(), id, state)).rejects.toThrow(
      /the link is Locked by .*no change was made\n.*support ticket/,
    );
    expect(w.changes()).toEqual([]);
  });
  test("VpcAttachment delete after a forced replacement in the same run keeps the VPC", async () => {
    const old = await attached();
    const run = w.run();
    await attach({ linkId: old.id, vpcId: old.state.vpcId }, run);
    w.calls();
    await vpcAttachment.delete(run, old.id, old.state);
    expect(w.changes()).toEqual([]);
  });
});
