import { expect, test } from "vitest";
import { handlers } from "../provider/resources/index.ts";
import { reference } from "./reference.ts";

test("docs/resources.md says what the definitions and the doc comments say", async () => {
  const text = await reference();
  for (const { definition } of Object.values(handlers)) {
    for (const name of [...Object.keys(definition.inputs), ...Object.keys(definition.outputs)]) {
      expect(text).toContain(`| \`${name}\` |`);
    }
  }
  await expect(text).toMatchFileSnapshot("../docs/resources.md");
});
