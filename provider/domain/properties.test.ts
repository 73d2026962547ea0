import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callsOf, vpcAttachment } from "../../test/handlers.ts";
import { HOSTED, NOWHERE, offline, POP, PROJECT, type World, world } from "../../test/world.ts";
import { handlers, type ResourceKind } from "../resources/index.ts";
import { UNKNOWN } from "./unknown.ts";
import { UserError } from "./user-error.ts";

type Values = Record<string, unknown>;
const handlerOf = callsOf;

/** Invalid values that a program may set: odd types, odd sizes, unknown values at any depth. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    UNKNOWN,
    "",
    0,
    -1,
    1.5,
    Number.NaN,
    1e308,
    true,
    [],
    {},
    [[]],
    "ipv4",
    "wait",
  ),
  fc.constantFrom<unknown>(
    [UNKNOWN],
    [UNKNOWN, 5],
    { a: UNKNOWN },
    [[UNKNOWN]],
    [null],
    { toString: 1 },
    "x".repeat(100_000),
    ["x".repeat(100_000)],
    [`::/${"0".repeat(9999)}`],
  ),
  fc.constantFrom<unknown>(
    NOWHERE,
    `fr-par/${NOWHERE}`,
    `nl-ams/${NOWHERE}`,
    `xx-yyy/${NOWHERE}`,
    "10.0.0.1/8",
    "::/0",
    "nl-ams",
  ),
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.array(fc.oneof(fc.string(), fc.ipV4(), fc.constant<unknown>(UNKNOWN), fc.array(fc.string())), { maxLength: 4 }),
  fc.object({ maxDepth: 2, maxKeys: 3 }),
);

/** Valid inputs of each kind. */
const GOOD: Record<ResourceKind, Values> = {
  InterLink: { ...HOSTED, name: "n", tags: ["a", "b"], region: "fr-par", projectId: PROJECT },
  RoutingPolicy: {
    prefixFilterIn: ["2001:db8::/32", "fd00:0:0:1::/64", "::/0"],
    prefixFilterOut: ["2001:db8:a::/48"],
    tags: ["a", "b"],
    projectId: PROJECT,
    region: "fr-par",
    __owner: "p/s/policy",
  },
  VpcAttachment: { linkId: NOWHERE, vpcId: NOWHERE, region: "fr-par" },
  RoutePropagation: { linkId: NOWHERE, routingPolicyV4Id: NOWHERE, routingPolicyV6Id: NOWHERE, region: "fr-par" },
};
const keysOf = (kind: ResourceKind) => Object.keys(handlers[kind].definition.inputs);

/** Valid inputs, of which some are made invalid, some are missing, and one may be unknown to the kind. */
function spoilt(kind: ResourceKind): fc.Arbitrary<Values> {
  const keys = keysOf(kind);
  return fc
    .tuple(
      fc.dictionary(fc.constantFrom(...keys), odd, { maxKeys: 4 }),
      fc.subarray(keys, { maxLength: 2 }),
      fc.option(fc.tuple(fc.string(), odd), { nil: undefined, freq: 5 }),
    )
    .map(([values, missing, extra]) => {
      const all = Object.entries({ ...GOOD[kind], ...values }).filter(([key]) => !missing.includes(key));
      return Object.fromEntries(extra ? [...all, extra] : all);
    });
}

/** Inputs that check accepts: each is valid, unknown, another valid value, or omitted. */
function plausible(kind: ResourceKind, good: Values): fc.Arbitrary<Values> {
  const others: Values[] = [
    { region: "nl-ams", tags: ["c"], name: "m", enabled: false, replaceLiveLink: true, timeoutSeconds: 5 },
    { bandwidthMbps: 50, whenNotActive: "defer", whenNotReady: "fail", requireSessions: [], addressFamily: "ipv6" },
    { linkId: NOWHERE, vpcId: POP.TH2, popId: NOWHERE, partnerId: NOWHERE, projectId: NOWHERE, adoptId: NOWHERE },
    { routingPolicyV4Id: NOWHERE, routingPolicyV6Id: NOWHERE, prefixFilterIn: ["::/0", UNKNOWN], prefixFilterOut: [] },
  ];
  const known = Object.assign({}, ...others) as Values;
  const keys = [...new Set([...Object.keys(good), ...keysOf(kind)])].filter((key) => key in good || key in known);
  return fc.tuple(...keys.map((_key) => fc.constantFrom("good", "good", "unknown", "other", "none"))).map((choices) =>
    Object.fromEntries(
      keys.flatMap((key, index): [string, unknown][] => {
        const choice = choices[index];
        if (choice === "unknown") return [[key, UNKNOWN]];
        const value = choice === "other" && key in known ? known[key] : good[key];
        return choice === "none" || value === undefined ? [] : [[key, value]];
      }),
    ),
  );
}

/** Equivalent inputs in another notation: order, duplicates, case, regional ids, forms of IPv6. */
function respelt(inputs: Values): fc.Arbitrary<Values> {
  const entries = Object.entries(inputs).map(([key, value]) =>
    respeltValue(key, value).map((other) => [key, other] as const),
  );
  return fc
    .tuple(...entries)
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
    .map(Object.fromEntries);
}
function respeltValue(key: string, value: unknown): fc.Arbitrary<unknown> {
  if (Array.isArray(value)) {
    const shuffled = fc.shuffledSubarray(value as string[], { minLength: value.length });
    if (key === "tags") {
      return fc.tuple(shuffled, fc.subarray(value as string[])).map(([all, again]) => [...all, ...again]);
    }
    return shuffled.chain((list) => fc.tuple(...list.map(respeltPrefix)));
  }
  if (!key.endsWith("Id")) return fc.constant(value);
  const text = String(value);
  const plain = fc.constantFrom(text, text.toUpperCase());
  if (key === "projectId") return plain;
  return fc.tuple(fc.constantFrom("", "fr-par/"), plain).map((parts) => parts.join(""));
}
function respeltPrefix(prefix: string): fc.Arbitrary<string> {
  const [address = "", length = ""] = prefix.split("/");
  const missing = 8 - address.split(":").filter(Boolean).length;
  const long = address.replace("::", `:${"0:".repeat(missing)}`).replace(/^:|:$/g, "");
  const padded = long
    .split(":")
    .map((group) => group.padStart(4, "0"))
    .join(":");
  return fc.constantFrom(
    prefix,
    prefix.toUpperCase(),
    `${long}/${length}`,
    `${padded.toUpperCase()}/${length}`,
    ` ${prefix} `,
  );
}

const KINDS: ResourceKind[] = ["InterLink", "RoutingPolicy", "VpcAttachment", "RoutePropagation"];

describe.each(KINDS)("Check of %s", (kind) => {
  const handler = handlerOf(kind);
  const context = offline();
  test("Check never throws, and each failure names its property and a short reason", async () => {
    const keys = new Set(keysOf(kind));
    await fc.assert(
      fc.asyncProperty(spoilt(kind), async (news) => {
        const { failures } = await handler.check(context, {}, news);
        for (const { property, reason } of failures) {
          const root = /^[^.[]*/.exec(property)?.[0] ?? "";
          expect(keys.has(root) || property in news).toBe(true);
          expect(reason.length).toBeGreaterThan(5);
          // Long values are shortened in messages.
          expect(reason.length).toBeLessThan(5000);
        }
        // A value that a preview does not know yet is never a failure by itself.
        const whole = Object.keys(GOOD[kind]).every((key) => key in news);
        if (whole && Object.values(news).every((value) => value === UNKNOWN)) expect(failures).toEqual([]);
      }),
    );
  });
  test("Check returns equal results for equal inputs, and accepts its own result", async () => {
    await fc.assert(
      fc.asyncProperty(spoilt(kind), async (news) => {
        const once = await handler.check(context, {}, structuredClone(news));
        expect(await handler.check(context, {}, news)).toEqual(once);
        if (once.failures.length === 0) expect(await handler.check(context, {}, once.inputs)).toEqual(once);
      }),
    );
  });
});

describe.each(KINDS)("Diff of %s", (kind) => {
  const handler = handlerOf(kind);
  const context = offline();
  let w: World;
  let made: { id: string; state: Values };
  let good: Values;
  beforeAll(async () => {
    w = await world();
    const { seed, control } = w.simulator;
    good = { ...GOOD[kind] };
    if ("linkId" in good) {
      const link = await w.order({ active: true });
      good.linkId = link.id;
      const vpcId = seed.vpc({ name: "v" }).id;
      if ("vpcId" in good) good.vpcId = vpcId;
      else {
        good.routingPolicyV4Id = seed.routingPolicy({ name: "4", prefixFilterIn: ["10.0.0.0/8"] }).id;
        good.routingPolicyV6Id = seed.routingPolicy({ name: "6", isIpv6: true, prefixFilterIn: ["::/0"] }).id;
        await vpcAttachment.create(w.run(), { linkId: link.id, vpcId });
      }
    }
    const { inputs } = await handler.check(w.run(), {}, good);
    made = await handler.create(w.run(), inputs);
    if (kind === "InterLink") control.provision(made.id);
  });
  afterAll(() => w.end());

  test("Diff of equal inputs is empty, regardless of order and notation", async () => {
    await fc.assert(
      fc.asyncProperty(respelt(good), async (news) => {
        const { inputs, failures } = await handler.check(context, {}, news);
        expect(failures).toEqual([]);
        expect((await handler.diff(context, made.id, made.state, inputs)).changes).toBe(false);
      }),
    );
  });
  test("Diff of equal inputs is empty also against the live object", async () => {
    const run = w.run();
    await fc.assert(
      fc.asyncProperty(respelt(good), async (news) => {
        const { inputs } = await handler.check(run, good, news);
        expect((await handler.diff(run, made.id, made.state, inputs)).changes).toBe(false);
      }),
    );
  });
  test("Diff throws only to guard a live link, and unknown values count as changed", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(spoilt(kind), plausible(kind, good)), async (news) => {
        const { inputs, failures } = await handler.check(context, {}, news);
        if (failures.length > 0) return;
        compared += 1;
        const live = { ...made.state, status: "active" };
        const found = await handler.diff(context, made.id, live, inputs).catch((cause: unknown) => cause);
        if (found instanceof UserError) {
          expect(kind).toBe("InterLink");
          expect(found.message).toMatch(
            /changing (region|projectId|popId|bandwidthMbps|partnerId|connectionId|vlan) from/,
          );
        } else {
          const tracked = Object.keys(good).filter((key) => key !== "__owner");
          const unknown = tracked.some((key) => inputs[key] === UNKNOWN);
          expect(found).toMatchObject({ changes: unknown ? true : expect.any(Boolean) });
        }
      }),
    );
    expect(compared).toBeGreaterThan((fc.readConfigureGlobal().numRuns ?? 0) / 5);
  });
});
