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
    ["the current values, set explicitly", { addressFamily: "ipv4", region: "fr-par", projectId: PROJECT }, false],
    ["a prefix", { prefixFilterIn: ["10.0.0.0/8"] }, []],
    ["a removed list", { prefixFilterOut: undefined as never }, []],
    ["an unknown list", { prefixFilterIn: UNKNOWN as never }, []],
    ["one unknown prefix", { prefixFilterIn: [...V4.prefixFilterIn, UNKNOWN] }, []],
    ["the name", { name: "n" }, []],
    ["the tags", { tags: ["t"] }, []],
    ["the family", { prefixFilterIn: ["::/0"], prefixFilterOut: [] }, ["addressFamily"]],
    ["the region", { region: "nl-ams" }, ["region"]],
    ["the project", { projectId: NOWHERE }, ["projectId"]],
  ])("RoutingPolicy diff of %s", async (_, news, replaces) => {
    const made = await create();
    const found = await diff(made, { ...V4, ...news });
    expect([found.changes, found.replaces ?? []]).toEqual([replaces !== false, replaces || []]);
    expect(await diff(made, { ...V4, ...news }, offline())).toEqual(found);
  });
  test("RoutingPolicy diff ignores another notation of an IPv6 prefix", async () => {
    const made = await create(V6);
    made.state.prefixFilterIn = ["2001:0DB8:0:0::/32"];
    expect((await diff(made, V6, offline())).changes).toBe(false);
  });
  test("RoutingPolicy diff sees prefixes changed in the console, and a policy that is gone", async () => {
    const made = await create();
    await routingPolicy.update(w.run(), made.id, made.state, { ...V4, prefixFilterIn: ["10.0.0.0/8"] });
    expect(await diff(made, V4)).toEqual({ changes: true });
    await routingPolicy.delete(w.run(), made.id, made.state);
    expect(await diff(made, V4)).toMatchObject({ changes: true, replaces: [expect.any(String)] });
  });
  test("The RoutingPolicy diffs of a run share one list call", async () => {
    const made = [await create(), await create({ ...V4, __owner: "p/s/b" })];
    const run = w.run();
    w.calls();
    await Promise.all(made.map((one) => diff(one, V4, run)));
    expect(w.calls()).toEqual(["GET routing-policies"]);
  });
});

describe("create", () => {
  test("RoutingPolicy is created with a default name, its owner tag and the family of its prefixes", async () => {
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
  test.each(LOST)("After %s, there is one policy", async (_, fault) => {
    w.simulator.control.addFault({ ...fault, method: "POST" });
    const { id } = await create();
    expect(live().map((policy) => policy.id)).toEqual([id]);
  });
  test("A lost answer without ownership tags leads to advice to check the console", async () => {
    w.simulator.control.addFault({ kind: "drop", when: "after", method: "POST" });
    await expect(create(V4, w.run({ "scaleway:ownershipTags": "false" }))).rejects.toThrow(
      /^creating RoutingPolicy "routes": POST .*\n {2}What to do: check the console/,
    );
  });
  test("RoutingPolicy create adopts the policy of a killed run", async () => {
    const lost = await create();
    const found = await create({ ...V4, prefixFilterIn: ["10.0.0.0/9"] });
    expect(found.id).toBe(lost.id);
    expect(found.state).toMatchObject({ name: lost.state.name, prefixFilterIn: ["10.0.0.0/9"] });
    expect(live()).toHaveLength(1);
  });
  test("RoutingPolicy create empties lists of an adopted policy that the program dropped", async () => {
    await create();
    const { state } = await create({ prefixFilterIn: V4.prefixFilterIn, __owner: V4.__owner });
    expect(state.prefixFilterOut).toEqual([]);
  });
  test("A replacement by another family creates a new policy", async () => {
    const old = await create();
    expect((await create(V6)).id).not.toBe(old.id);
  });
  test("A forced replacement keeps the policy, because links use it", async () => {
    const old = await create();
    const run = w.run();
    const { id } = await create(V4, run);
    await routingPolicy.delete(run, old.id, old.state);
    expect(live().map((policy) => policy.id)).toEqual([id]);
    expect(id).toBe(old.id);
  });
  test("A refused RoutingPolicy create is one clear error", async () => {
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
  test("RoutingPolicy read returns the program's inputs with live values", async () => {
    const { id, state } = await create({ ...V4, tags: ["a"] });
    await routingPolicy.update(w.run(), id, state, { ...V4, prefixFilterIn: ["10.0.0.0/9"], tags: ["b"] });
    const read = await routingPolicy.read(w.run(), id, state);
    expect(read?.inputs).toEqual({ ...V4, prefixFilterIn: ["10.0.0.0/9"], tags: ["b"] });
  });
  test("RoutingPolicy read needs only the id, and reports a policy that is gone", async () => {
    const { id } = await create(V6);
    expect((await routingPolicy.read(w.run(), id, {}))?.state).toMatchObject({ addressFamily: "ipv6" });
    expect(await routingPolicy.read(w.run(), NOWHERE, { __leftOut: [] })).toBeUndefined();
  });
});

describe("update", () => {
  test.each<[string, Sent<RoutingPolicyInputs>, object | undefined]>([
    ["one list", { ...V4, prefixFilterOut: ["10.1.0.0/16"] }, { prefix_filter_out: ["10.1.0.0/16"] }],
    ["a removed list", { prefixFilterIn: V4.prefixFilterIn, __owner: V4.__owner }, { prefix_filter_out: [] }],
    ["the name", { ...V4, name: "n" }, { name: "n" }],
    ["only the order of prefixes", { ...V4, prefixFilterIn: [...V4.prefixFilterIn].reverse() }, undefined],
  ])("RoutingPolicy update of %s sends only that", async (_, news, body) => {
    const { id, state } = await create();
    w.calls();
    const updated = await routingPolicy.update(w.run(), id, state, news);
    expect(w.simulator.control.requests().find(({ method }) => method === "PATCH")?.body).toEqual(body);
    expect(updated).toMatchObject({ __nonce: state.__nonce, addressFamily: "ipv4" });
    expect((await diff({ id, state: updated }, news)).changes).toBe(false);
  });
  test("RoutingPolicy update rewrites the owner tag after a rename", async () => {
    const { id, state } = await create();
    await routingPolicy.update(w.run(), id, state, { ...V4, __owner: "p/s/new" });
    expect(live()[0]?.tags).toEqual([`pulumi:p/s/new#${state.__nonce}`]);
  });
  test("RoutingPolicy update of a policy that is gone says what the next run does", async () => {
    const { state } = await create();
    await expect(routingPolicy.update(w.run(), NOWHERE, state, V4)).rejects.toThrow(
      /updating RoutingPolicy "routes": 0.* no longer exists\n.*will create a new one/,
    );
  });
});

describe("delete", () => {
  test.each<[string, Fault | undefined]>([
    ["the policy", undefined],
    ["the policy after a lost answer", { kind: "drop", when: "after" }],
    ["the policy after a lost call", { kind: "drop", when: "before" }],
    ["the policy after 500", { kind: "status", status: 500, effect: true }],
  ])("RoutingPolicy delete deletes %s", async (_, fault) => {
    const { id, state } = await create();
    if (fault) w.simulator.control.addFault({ ...fault, method: "DELETE" });
    await routingPolicy.delete(w.run(), id, state);
    expect(live()).toEqual([]);
  });
  test("RoutingPolicy delete does nothing to a policy that is gone or that a later run adopted", async () => {
    const { id, state } = await create();
    await create();
    w.calls();
    await routingPolicy.delete(w.run(), id, state);
    await routingPolicy.delete(w.run(), NOWHERE, state);
    expect(w.changes()).toEqual([]);
    expect(w.logged.at(-1)).toMatch(/adopted it, so it is kept/);
  });
  test("A refused RoutingPolicy delete names the links that still use the policy", async () => {
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
