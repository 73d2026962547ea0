import { describe, expect, test } from "vitest";
import { ApiError } from "../api/api-error.ts";
import { HalfDone, quoted, UserError } from "../domain/user-error.ts";
import { doing, explain } from "./explain.ts";

const refused = (failure: ConstructorParameters<typeof ApiError>[1]) => new ApiError("POST /links", failure);

describe("Explained errors", () => {
  test.each<[string, ConstructorParameters<typeof ApiError>[1], RegExp]>([
    [
      "a wrong key",
      { status: 401, body: { type: "denied_authentication" } },
      /check the secret key \(secretKey in the stack configuration, SCW_SECRET_KEY/,
    ],
    ["an untyped 401", { status: 401 }, /check the secret key/],
    [
      "a missing permission",
      { status: 403, body: { type: "permissions_denied" } },
      /permission named above to the IAM policy/,
    ],
    ["a quota", { status: 403, body: { type: "quotas_exceeded" } }, /higher quota/],
    [
      "a quota in an old body",
      { status: 403, body: { type: "invalid_request_error", message: "quota exceeded for this resource" } },
      /higher quota/,
    ],
    ["an old body", { status: 400, body: { type: "invalid_request_error" } }, /correct the input named above/],
    ["no stock", { status: 412, body: { type: "out_of_stock" } }, /another PoP or bandwidth/],
    ["a lock", { status: 423, body: { type: "locked" } }, /support ticket/],
    [
      "a condition",
      { status: 412, body: { type: "precondition_failed", precondition: "vpc_attached" } },
      /412 precondition_failed: precondition: vpc_attached\n.*meet the condition named above/,
    ],
    ["no network", { transport: "unreachable" }, /check the network, TLS certificates, HTTPS_PROXY and the API URL/],
    ["a timeout", { transport: "timeout" }, /found and adopted, never created twice/],
    ["a 404", { status: 404, body: { type: "not_found" } }, /check the id and the region/],
    ["a 404 of another type", { status: 404, body: { type: "unknown_resource" } }, /check the id and the region/],
    ["a 404 from outside the API", { status: 404 }, /check the API URL/],
    ["an unknown type", { status: 418, body: { type: "teapot" } }, /send the request id to Scaleway's support/],
  ])("The error for %s says what failed, what the API answered and what to do", (_, failure, remedy) => {
    const error = explain('ordering InterLink "a"', refused(failure)) as UserError;
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toMatch(/^ordering InterLink "a": POST \/links: .*\n {2}What to do: /);
    expect(error.message).toMatch(remedy);
    // Stack frames mean nothing to a user, and the dynamic host would print them.
    expect(error.stack).not.toMatch(/^\s+at /m);
  });
  test("The remedy depends on the type of an error, not on its HTTP status", () => {
    const error = explain("x", refused({ status: 403, body: { type: "quotas_exceeded" } })) as Error;
    expect(error.message).not.toContain("API key");
  });
  test("An error from outside the API stays unchanged, so that each error is explained once", () => {
    const bug = new TypeError("a bug");
    const user = new UserError("x", { code: "timeout", reason: "y", remedy: "z" });
    expect([explain("x", bug), explain("x", user)]).toEqual([bug, user]);
  });
});

test("A call returns its result, and its failures are explained", async () => {
  expect(await doing("x", async () => 5)).toBe(5);
  await expect(doing("reading", () => Promise.reject(refused({ status: 401 })))).rejects.toThrow(
    /^reading: POST .*401/,
  );
});

test("A half-done change has the id, the state and the message of the cause, without a stack", () => {
  const half = new HalfDone("id", { a: 1 }, new Error("it broke"));
  expect(half).toMatchObject({ id: "id", state: { a: 1 }, message: "it broke" });
  expect(half.stack).not.toMatch(/^\s+at /m);
  expect(new HalfDone("id", {}, "text").message).toBe("text");
});

test.each([
  ["text", '"text"'],
  [undefined, "undefined"],
  [{ toString: 1 }, '{"toString":1}'],
  ["x".repeat(100), `"${"x".repeat(79)}…`],
])("A value of any type is quoted in messages, and shortened if it is long: %j", (value, text) =>
  expect(quoted(value)).toBe(text),
);
