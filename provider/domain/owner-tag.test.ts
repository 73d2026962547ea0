import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newNonce, ownedBy, ownedWithin, ownershipOf, ownerTag, userTags } from "./owner-tag.ts";
import { autoname, labelOf, nameOfOwner } from "./resource-name.ts";

const owner = fc.oneof(
  fc.string({ minLength: 1, maxLength: 300 }),
  fc.string({ minLength: 1, maxLength: 300, unit: "grapheme" }),
  fc.tuple(fc.string(), fc.string(), fc.string()).map((parts) => parts.join("/")),
);

describe("Owner tag", () => {
  test("The owner tag shows the owner in plain text if it fits", () => {
    expect(ownerTag({ owner: "shop/prod/primary", nonce: "0a1b2c" })).toBe("pulumi:shop/prod/primary#0a1b2c");
  });
  test("The owner tag of any owner keeps the limits and matches only that owner", () => {
    fc.assert(
      fc.property(owner, owner, (one, other) => {
        const nonce = newNonce();
        const tag = ownerTag({ owner: one, nonce });
        expect(tag.length).toBeLessThanOrEqual(128);
        expect(tag).toMatch(/^[A-Za-z0-9:/_.\-#=]+$/);
        expect(ownedBy([tag], one)).toBe(true);
        expect(ownershipOf([tag])?.nonce).toBe(nonce);
        expect(ownedBy([tag], other)).toBe(one === other);
      }),
    );
  });
  test.each([
    ["too long", `p/s/${"x".repeat(200)}`, `p/s/${"x".repeat(201)}`],
    ["with characters that a tag may not have", "p/s/é", "p/s/è"],
    ["with a # in it", "p/s/a#b", "p/s/a-b"],
  ])("Two owners %s are distinguished by a hash", (_, one, other) => {
    const tag = ownerTag({ owner: one, nonce: "00" });
    expect(tag).toMatch(/^pulumi:p\/s\/[^#]*\.[0-9a-f]{12}#00$/);
    expect(ownedBy([tag], other)).toBe(false);
  });
  test("The owner tag is the same in every run", () => {
    const long = `p/s/${"é".repeat(99)}`;
    expect(ownerTag({ owner: long, nonce: "1" })).toBe(ownerTag({ owner: long, nonce: "1" }));
  });
});

test("Tags of the user are kept, even if they start like an owner tag", () => {
  const theirs = ["pulumi:", "pulumi:me", "pulumi:me#", "pulumi:me#now", "env=prod", "xpulumi:a/b/c#00", "pulumi:#00"];
  expect(userTags([...theirs, "pulumi:p/s/r#00ff"])).toEqual(theirs);
  expect(ownershipOf(theirs)).toBeUndefined();
});

test("The owner tag is found among other tags", () => {
  expect(ownershipOf(["a", "pulumi:p/s/r#00ff", "b"])).toEqual({ owner: "p/s/r", nonce: "00ff" });
});

describe("Names", () => {
  test("The logical name may contain slashes", () =>
    expect(labelOf({ kind: "InterLink", name: nameOfOwner("p/s/a/b") })).toBe('InterLink "a/b"'));
  test("A default name is the logical name and seven hex digits", () =>
    expect(autoname({ name: "primary" })).toMatch(/^primary-[0-9a-f]{7}$/));
  test("Two default names differ", () => expect(autoname({ name: "r" })).not.toBe(autoname({ name: "r" })));
  test("A default name has at most the 255 characters that the API allows", () =>
    expect(autoname({ name: "x".repeat(400) })).toHaveLength(255));
});

test("A stack with any characters in its name owns its own resources and not those of another stack", () => {
  const tags = [ownerTag({ owner: "réseau/prod/paris 1", nonce: "00" })];
  expect(ownedWithin(tags, "réseau/prod")).toBe(true);
  expect(ownedWithin(tags, "réseau/prod/paris 1")).toBe(true);
  expect(ownedWithin(tags, "réseau/pro")).toBe(false);
  expect(ownedWithin(["prod"], "prod")).toBe(false);
});
