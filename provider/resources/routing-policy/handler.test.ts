import { describe, expect, test } from "vitest";
import type { Fault } from "../../../simulator/index.ts";
import { routingPolicy, type Sent } from "../../../test/handlers.ts";
import { NOWHERE, offline, PARTNER, POP, PROJECT, worldOfFile } from "../../../test/world.ts";
import { UNKNOWN } from "../../domain/unknown.ts";
import type { RoutingPolicyInputs } from "./definition.ts";
import type { RoutingPolicyState } from "./state.ts";

const w = await worldOfFile();

const V4 = {
  prefixFilterIn: ["10.0.0.0/8", "10.9.0.0/16"],
  prefixFilterOut: ["192.168.0.0/16"],
  __owner: "p/s/routes",
};
const V6 = { prefixFilterIn: ["2001:db8::/32"], __owner: "p/s/routes" };
const create = (inputs: Sent<RoutingPolicyInputs> = V4, run = w.run()) => routingPolicy.create(run, inputs);
const live = () => w.simulator.control.snapshot().routingPolicies;
interface Made {
  id: string;
  state: RoutingPolicyState;
}
const diff = ({ id, state }: Made, news: Sent<RoutingPolicyInputs>, run = w.run()) =>
  routingPolicy.diff(run, id, state, news);

describe("diff", () => {
  test.each<[string, Sent<RoutingPolicyInputs>, string[] | false]>([
    ["nothing", {}, false],
    ["the order", { prefixFilterIn: [...V4.prefixFilterIn].reverse() }, false],
    ["what it is already, spelt out", { addressFamily: "ipv4", region: "fr-par", projectId: PROJECT }, false],
    ["a prefix", { prefixFilterIn: ["10.0.0.0/8"] }, []],
    ["a list taken away", { prefixFilterOut: undefined as never }, []],
    ["a list that is not known", { prefixFilterIn: UNKNOWN as never }, []],
    ["one prefix that is not known", { prefixFilterIn: [...V4.prefixFilterIn, UNKNOWN] }, []],
    ["the name", { name: "n" }, []],
    ["the tags", { tags: ["t"] }, []],
    ["the family", { prefixFilterIn: ["::/0"], prefixFilterOut: [] }, ["addressFamily"]],
    ["the region", { region: "nl-ams" }, ["region"]],
    ["the project", { projectId: NOWHERE }, ["projectId"]],
  ])("of %s", async (_, news, replaces) => {
    const made = await create();
    const found = await diff(made, { ...V4, ...news });
    expect([found.changes, found.replaces ?? []]).toEqual([replaces !== false, replaces || []]);
    expect(await diff(made, { ...V4, ...news }, offline())).toEqual(found);
  });
  test("IPv6 that somebody wrote otherwise is the same", async () => {
    const made = await create(V6);
    made.state.prefixFilterIn = ["2001:0DB8:0:0::/32"];
    expect((await diff(made, V6, offline())).changes).toBe(false);
  });
  test("sees prefixes that were changed in the console, and a policy that is gone", async () => {
    const made = await create();
    await routingPolicy.update(w.run(), made.id, made.state, { ...V4, prefixFilterIn: ["10.0.0.0/8"] });
    expect(await diff(made, V4)).toEqual({ changes: true });
    await routingPolicy.delete(w.run(), made.id, made.state);
    expect(await diff(made, V4)).toMatchObject({ changes: true, replaces: [expect.any(String)] });
  });
  test("the diffs of a run share one list call", async () => {
    const made = [await create(), await create({ ...V4, __owner: "p/s/b" })];
    const run = w.run();
    w.calls();
    await Promise.all(made.map((one) => diff(one, V4, run)));
    expect(w.calls()).toEqual(["GET routing-policies"]);
  });
});

describe("create", () => {
  test("makes it with a default name and the owner's tag, of the family that the prefixes tell", async () => {
    const { id, state } = await create(V6);
    expect(live()).toMatchObject([
      {
        id,
        is_ipv6: true,
        prefix_filter_in: V6.prefixFilterIn,
        tags: [expect.stringMatching(/^pulumi:p\/s\/routes#/)],
      },
    ]);
    expect(state).toMatchObject({
      addressFamily: "ipv6",
      tags: [],
      name: expect.stringMatching(/^routes-[0-9a-f]{7}$/),
    });
  });
  const LOST: [string, Fault][] = [
    ["a connection cut before the effect", { kind: "drop", when: "before" }],
    ["a connection cut after the effect", { kind: "drop", when: "after" }],
    ["500 after the effect", { kind: "status", status: 500, effect: true }],
    ["429", { kind: "status", status: 429 }],
  ];
  test.each(LOST)("%s: one policy", async (_, fault) => {
    w.simulator.control.addFault({ ...fault, method: "POST" });
    const { id } = await create();
    expect(live().map((policy) => policy.id)).toEqual([id]);
  });
  test("a lost answer without ownership tags sends the user to the console: nothing would find it", async () => {
    w.simulator.control.addFault({ kind: "drop", when: "after", method: "POST" });
    await expect(create(V4, w.run({ "scaleway:ownershipTags": "false" }))).rejects.toThrow(
      /^creating RoutingPolicy "routes": POST .*\n {2}What to do: check the console/,
    );
  });
  test("after a run that was killed, it resumes what that one has made", async () => {
    const lost = await create();
    const found = await create({ ...V4, prefixFilterIn: ["10.0.0.0/9"] });
    expect(found.id).toBe(lost.id);
    expect(found.state).toMatchObject({ name: lost.state.name, prefixFilterIn: ["10.0.0.0/9"] });
    expect(live()).toHaveLength(1);
  });
  test("after a run that was killed, lists that the program has no more are emptied", async () => {
    await create();
    const { state } = await create({ prefixFilterIn: V4.prefixFilterIn, __owner: V4.__owner });
    expect(state.prefixFilterOut).toEqual([]);
  });
  test("a replacement by another family makes a new one", async () => {
    const old = await create();
    expect((await create(V6)).id).not.toBe(old.id);
  });
  test("a forced replacement keeps the policy: links use it", async () => {
    const old = await create();
    const run = w.run();
    const { id } = await create(V4, run);
    await routingPolicy.delete(run, old.id, old.state);
    expect(live().map((policy) => policy.id)).toEqual([id]);
    expect(id).toBe(old.id);
  });
  test("a refusal is one clear error", async () => {
    w.simulator.control.addFault({
      kind: "status",
      method: "POST",
      status: 403,
      body: { type: "quotas_exceeded", message: "no" },
    });
    await expect(create()).rejects.toThrow(
      /^creating RoutingPolicy "routes": POST .*quotas_exceeded: no .*\n.*higher quota/,
    );
  });
});

describe("read", () => {
  test("gives the inputs that the program gave, as they are live", async () => {
    const { id, state } = await create({ ...V4, tags: ["a"] });
    await routingPolicy.update(w.run(), id, state, { ...V4, prefixFilterIn: ["10.0.0.0/9"], tags: ["b"] });
    const read = await routingPolicy.read(w.run(), id, state);
    expect(read?.inputs).toEqual({ ...V4, prefixFilterIn: ["10.0.0.0/9"], tags: ["b"] });
  });
  test("finds a policy by its id alone, and says when it is gone", async () => {
    const { id } = await create(V6);
    expect((await routingPolicy.read(w.run(), id, {}))?.state).toMatchObject({ addressFamily: "ipv6" });
    expect(await routingPolicy.read(w.run(), NOWHERE, { __leftOut: [] })).toBeUndefined();
  });
});

describe("update", () => {
  test.each<[string, Sent<RoutingPolicyInputs>, object | undefined]>([
    ["one list", { ...V4, prefixFilterOut: ["10.1.0.0/16"] }, { prefix_filter_out: ["10.1.0.0/16"] }],
    ["a list taken away", { prefixFilterIn: V4.prefixFilterIn, __owner: V4.__owner }, { prefix_filter_out: [] }],
    ["the name", { ...V4, name: "n" }, { name: "n" }],
    ["nothing but the order", { ...V4, prefixFilterIn: [...V4.prefixFilterIn].reverse() }, undefined],
  ])("of %s sends that alone", async (_, news, body) => {
    const { id, state } = await create();
    w.calls();
    const updated = await routingPolicy.update(w.run(), id, state, news);
    expect(w.simulator.control.requests().find(({ method }) => method === "PATCH")?.body).toEqual(body);
    expect(updated).toMatchObject({ __nonce: state.__nonce, addressFamily: "ipv4" });
    expect((await diff({ id, state: updated }, news)).changes).toBe(false);
  });
  test("rewrites the owner when the resource was renamed", async () => {
    const { id, state } = await create();
    await routingPolicy.update(w.run(), id, state, { ...V4, __owner: "p/s/new" });
    expect(live()[0]?.tags).toEqual([`pulumi:p/s/new#${state.__nonce}`]);
  });
  test("of a policy that is gone says what the next run does", async () => {
    const { state } = await create();
    await expect(routingPolicy.update(w.run(), NOWHERE, state, V4)).rejects.toThrow(
      /updating RoutingPolicy "routes": 0.* no longer exists\n.*will create a new one/,
    );
  });
});

describe("delete", () => {
  test.each<[string, Fault | undefined]>([
    ["the policy", undefined],
    ["it after a lost answer", { kind: "drop", when: "after" }],
    ["it after a call that was not taken", { kind: "drop", when: "before" }],
    ["it after 500", { kind: "status", status: 500, effect: true }],
  ])("deletes %s", async (_, fault) => {
    const { id, state } = await create();
    if (fault) w.simulator.control.addFault({ ...fault, method: "DELETE" });
    await routingPolicy.delete(w.run(), id, state);
    expect(live()).toEqual([]);
  });
  test("leaves what is gone, or what a later run has adopted over", async () => {
    const { id, state } = await create();
    await create();
    w.calls();
    await routingPolicy.delete(w.run(), id, state);
    await routingPolicy.delete(w.run(), NOWHERE, state);
    expect(w.changes()).toEqual([]);
    expect(w.said.at(-1)).toMatch(/adopted it, so it is kept/);
  });
  test("names the links that still use it, when it is refused", async () => {
    const { id, state } = await create();
    w.simulator.seed.link({
      name: "user",
      pop_id: POP.TH2,
      bandwidth_mbps: 50,
      partner_id: PARTNER.franceIX,
      routing_policy_v4_id: id,
    });
    w.simulator.control.addFault({
      kind: "status",
      method: "DELETE",
      status: 412,
      body: { type: "precondition_failed", message: "in use" },
    });
    await expect(routingPolicy.delete(w.run(), id, state)).rejects.toThrow(
      /in use.*; these links use it: user \([0-9a-f-]{36}\)\n.*another policy, or detach it/,
    );
  });
});
