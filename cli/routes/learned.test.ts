import { expect, test } from "vitest";
import type { RouteWithNexthop } from "../../provider/api/wire.ts";
import { learnedByLink } from "./learned.ts";

const route = (destination: string, nexthopResourceId?: string, type = "interlink"): RouteWithNexthop => ({
  route: {
    ...{ id: destination, description: "", tags: [], vpcId: "v", region: "fr-par", destination, type },
    ...(nexthopResourceId !== undefined && { nexthopResourceId }),
  },
});

test("A learned route belongs to the link that is its next hop", () => {
  const routes = [route("10.1.0.0/16", "a"), route("2001:db8::/48", "b"), route("172.16.0.0/22", "a", "subnet")];
  expect(learnedByLink(routes, ["a", "b", "c"])).toEqual(
    new Map([
      ["a", ["10.1.0.0/16"]],
      ["b", ["2001:db8::/48"]],
      ["c", []],
    ]),
  );
});

test("Learned routes without a known next hop belong to the VPC's only link, and are unknown if it has two", () => {
  const routes = [route("10.1.0.0/16"), route("10.2.0.0/16", "something else")];
  expect(learnedByLink(routes, ["a"])).toEqual(new Map([["a", ["10.1.0.0/16", "10.2.0.0/16"]]]));
  expect(learnedByLink(routes, ["a", "b"])).toBeUndefined();
  expect(learnedByLink([], ["a", "b"])?.size).toBe(2);
});
