import { expect, test } from "vitest";
import * as z from "zod";
import { schemaOf } from "./wire.ts";

interface Written {
  id: string;
  city?: string | undefined;
}

test("A schema that lacks, adds or changes a member of its written type does not compile", () => {
  const exact = schemaOf<Written>()(z.object({ id: z.string(), city: z.string().optional() }));
  expect(exact.parse({ id: "1", city: "Paris" })).toEqual({ id: "1", city: "Paris" });
  // @ts-expect-error: the schema would drop the city.
  const lacking = schemaOf<Written>()(z.object({ id: z.string() }));
  expect(lacking.parse({ id: "1", city: "Paris" })).toEqual({ id: "1" });
  // @ts-expect-error: the type lacks the region.
  schemaOf<Written>()(z.object({ id: z.string(), city: z.string().optional(), region: z.string().optional() }));
  // @ts-expect-error: the schema would refuse an answer without a city.
  schemaOf<Written>()(z.object({ id: z.string(), city: z.string() }));
});
