import { describe, expect, test } from "vitest";
import { interlink, routingPolicy } from "../../test/handlers.ts";
import { HOSTED, PROJECT, worldOfFile } from "../../test/world.ts";

// Previews with wrong or missing settings.
const w = await worldOfFile();
const POLICY = { prefixFilterIn: ["10.0.0.0/8"], __owner: "p/s/ipv4" };

test("A malformed secret key is an error in preview", async () => {
  const { id, state } = await w.order();
  const run = w.run({}, { SCW_SECRET_KEY: "not-a-key" });
  const error = /the secret key from SCW_SECRET_KEY is not a UUID.*\[config-invalid\]/s;
  await expect(interlink.diff(run, id, state, HOSTED)).rejects.toThrow(error);
  await expect(interlink.check(run, {}, HOSTED)).rejects.toThrow(error);
});

test("A missing secret key is one warning in preview, which uses the last known state", async () => {
  const { id, state } = await w.order();
  w.logged.length = 0;
  const run = w.run({}, { SCW_SECRET_KEY: "" });
  await interlink.check(run, {}, HOSTED);
  expect(await interlink.diff(run, id, state, HOSTED)).toEqual({ changes: false });
  expect(w.logged).toEqual([expect.stringMatching(/^warning: .*uses the last known state.*no secret key was found/)]);
});

describe.each([
  ["missing", "", /no project id was found/],
  ["malformed", "acme", /the project id from SCW_DEFAULT_PROJECT_ID is not a UUID/],
])("a project id that is %s", (_, SCW_DEFAULT_PROJECT_ID, error) => {
  const run = () => w.run({}, { SCW_DEFAULT_PROJECT_ID });
  test("The preview of a link or policy without a project fails", async () => {
    await expect(interlink.check(run(), {}, HOSTED)).rejects.toThrow(error);
    await expect(routingPolicy.check(run(), {}, POLICY)).rejects.toThrow(error);
  });
  test("The project id does not matter for existing resources and those with their own", async () => {
    for (const [olds, more] of [
      [{}, { projectId: PROJECT }],
      [HOSTED, {}],
    ]) {
      expect((await interlink.check(run(), olds as object, { ...HOSTED, ...more })).failures).toEqual([]);
    }
    expect((await routingPolicy.check(run(), POLICY, POLICY)).failures).toEqual([]);
  });
});
