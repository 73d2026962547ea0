import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { expect, test } from "vitest";
import { UNKNOWN } from "../../domain/unknown.ts";
import { interlinkDefinition } from "../../resources/interlink/definition.ts";
import { previewed, received, secretsIn, sent, withSecrets } from "./values.ts";

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

test("Secrets are received as plain values at any depth, and their properties are known", () => {
  const struct = Struct.fromJavaScript({
    name: "a",
    tags: ["b", secret("c")],
    key: secret({ of: [secret("d")] }),
  } as never);
  expect(received(struct)).toEqual({ name: "a", tags: ["b", "c"], key: { of: ["d"] } });
  expect(secretsIn(struct)).toEqual(new Set(["tags", "key"]));
});

test("Absent values and nulls are not received, and undefined is not sent", () => {
  expect(received(undefined)).toEqual({});
  expect(received(Struct.fromJavaScript({ a: null, b: 1 }))).toEqual({ b: 1 });
  expect(received(sent({ a: undefined, b: { c: undefined, d: 1 } }))).toEqual({ b: { d: 1 } });
});

test("Only marked properties are secret on the wire", () => {
  const struct = sent(withSecrets({ pairingKey: "k", status: "active" }, new Set(["pairingKey", "absent"])));
  expect(struct.toJavaScript()).toEqual({ pairingKey: secret("k"), status: "active" });
});

test("A secret without a value, such as a self-hosted link's pairing key, is not sent", () => {
  expect(received(sent(withSecrets({ pairingKey: undefined }, new Set(["pairingKey"]))))).toEqual({});
});

test("A preview of a create shows the inputs that are set, and all other values as unknown", () => {
  const shown = previewed(interlinkDefinition, { popId: "p", bandwidthMbps: 50 });
  expect(shown).toMatchObject({ popId: "p", bandwidthMbps: 50, name: UNKNOWN, vlan: UNKNOWN, status: UNKNOWN });
  expect(shown).not.toHaveProperty("adoptId");
});

test("A preview of an update keeps values that were chosen before", () => {
  const shown = previewed(interlinkDefinition, { popId: "p" }, { name: "line-3f09a1c", status: "active" });
  expect(shown).toMatchObject({ name: "line-3f09a1c", status: UNKNOWN });
});
