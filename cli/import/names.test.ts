import { expect, test } from "vitest";
import { commonStart, Names } from "./names.ts";

test.each([
  ["paris-th2", "paris-th2"],
  ["Paris (TH2) · 1 Gbit/s", "Paris-TH2-1-Gbit-s"],
  ["Zürich, line é", "Zurich-line-e"],
  ["10g-line", "g-line"],
  ["東京", "link"],
  ["--", "link"],
  ["pulumi", "pulumi-2"],
  ["x".repeat(255), "x".repeat(60)],
])("The object %j becomes the resource %j", (called, named) => {
  expect(new Names().take(called, "link")).toBe(named);
});

test("Two objects with the same name get different names", () => {
  const names = new Names();
  expect(["line", "line", "Line", "line"].map((called) => names.take(called, "link"))).toEqual([
    "line",
    "line-2",
    "Line",
    "line-3",
  ]);
});

test("A name whose derived names are taken gets a number", () => {
  const names = new Names();
  names.take("paris-vpc", "link");
  expect(names.take("paris", "link", ["-vpc", "-routes"])).toBe("paris-2");
  expect(names.take("paris-2-routes", "policy")).toBe("paris-2-routes-2");
});

test.each([
  ["paris-th2", "paris-dc3", "paris"],
  ["paris-primary", "paris-secondary", "paris"],
  ["backbone-th2", "backbone-th3", "backbone"],
  ["line1", "line2", "line"],
  ["acme-line-1", "acme-line-2", "acme-line"],
  ["main", "backup", ""],
])("The names %s and %s have the common start %j", (one, other, start) => {
  expect(commonStart(one, other)).toBe(start);
});
