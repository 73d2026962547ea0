import { afterAll, beforeEach, expect, test } from "vitest";
import { loopback } from "../../test/world.ts";
import { listPartners } from "../api/catalog.ts";
import { answeredOnce } from "./reader.ts";

const server = await loopback();
afterAll(() => server.end());

let answers: { status: number; name: string }[];
let asked: string[];
beforeEach(() => {
  answers = [];
  asked = [];
});

const reader = () =>
  answeredOnce(
    server.served((request, response) => {
      asked.push(request.url ?? "");
      const { status, name } = answers.shift() ?? { status: 200, name: "FranceIX" };
      response.writeHead(status);
      response.end(JSON.stringify({ partners: [{ id: "p", name }], total_count: 1 }));
    }),
  );

test("Equal lookups share one request, whether concurrent or later", async () => {
  const api = reader();
  const [first, second] = await Promise.all([listPartners(api, "fr-par"), listPartners(api, "fr-par")]);
  expect(first).toEqual(second);
  await listPartners(api, "fr-par");
  expect(asked).toHaveLength(1);
});

test("Lookups in another region or with another filter do not share a request", async () => {
  const api = reader();
  await listPartners(api, "fr-par");
  await listPartners(api, "nl-ams");
  await listPartners(api, "fr-par", { pop_ids: ["a"] });
  expect(asked).toHaveLength(3);
});

test("A failed lookup is sent again", async () => {
  const api = reader();
  answers = [{ status: 403, name: "" }];
  const both = await Promise.allSettled([listPartners(api, "fr-par"), listPartners(api, "fr-par")]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await listPartners(api, "fr-par")).toMatchObject([{ name: "FranceIX" }]);
  expect(asked).toHaveLength(2);
});

test("A caller that changes its answer does not change the answer of the next caller", async () => {
  const api = reader();
  const [partner] = await listPartners(api, "fr-par");
  Object.assign(partner ?? {}, { name: "mine" });
  expect(await listPartners(api, "fr-par")).toMatchObject([{ name: "FranceIX" }]);
});
