import { afterEach, beforeEach, expect, test } from "vitest";
import { interlink } from "../../test/handlers.ts";
import { HOSTED, NOWHERE, type World, world } from "../../test/world.ts";
import { attachVpc, deleteLink, detachVpc, getLink, updateLink } from "../api/links.ts";
import { changeLink, unlessGone } from "./change-link.ts";
import type { Context } from "./context.ts";

let w: World;
let run: Context;
let ref: { region: string; id: string };
beforeEach(async () => {
  w = await world({ settleSeconds: 20 });
  run = w.run();
  ref = { region: "fr-par", id: (await interlink.create(run, HOSTED)).id };
  w.calls();
});
afterEach(() => w.end());

const rename = (name: string, seen?: Awaited<ReturnType<typeof getLink>>, id = ref.id) =>
  changeLink(run, { ...ref, id }, seen, {
    what: `renaming to ${name}`,
    call: (ref) => updateLink(run.api, ref, { name }),
    done: (link) => link.name === name,
  });

test("A change of a link returns the link after Scaleway has applied the change", async () => {
  expect(await rename("new")).toMatchObject({ name: "new", status: "requested" });
  expect(w.changes()).toEqual(["PATCH links"]);
});
test("A change that the link already has is not sent", async () => {
  const seen = await rename("new");
  w.calls();
  expect(await rename("new", seen)).toBe(seen);
  expect(w.calls()).toEqual([]);
});
test("A change waits while the link is Configuring", async () => {
  await updateLink(run.api, ref, { tags: ["busy"] });
  await rename("new");
  const patches = w.simulator.control.requests().filter(({ method }) => method === "PATCH");
  expect(patches.map(({ status }) => status)).toEqual([200, 200]);
});
test("A change that collides with another one is sent again once that one is applied", async () => {
  const seen = await getLink(run.api, ref);
  await updateLink(run.api, ref, { tags: ["busy"] });
  expect(await rename("new", seen)).toMatchObject({ name: "new", tags: ["busy"] });
  const patches = w.simulator.control.requests().filter(({ method }) => method === "PATCH");
  expect(patches.map(({ status }) => status)).toEqual([200, 409, 200]);
});
test("A change waits also for a colliding change that takes minutes", async () => {
  const seen = await getLink(run.api, ref);
  const link = { ...w.live(ref.id), status: "configuring" };
  w.simulator.control.addFault({
    kind: "status",
    method: "PATCH",
    status: 409,
    body: { type: "transient_state", message: "m" },
  });
  w.simulator.control.addFault({ kind: "status", method: "GET", path: "/links/[^/]+$", status: 200, body: link });
  // The pauses grow to 10 % of the time waited: this many checks take about five minutes.
  const page = { links: [link], total_count: 1 };
  w.simulator.control.addFault({ kind: "status", method: "GET", path: "/links$", status: 200, body: page, times: 78 });
  expect(await rename("new", seen)).toMatchObject({ name: "new", status: "requested" });
});
test.each([
  ["had no effect", { kind: "drop", when: "before" }, 2],
  ["had an effect", { kind: "drop", when: "after" }, 1],
] as const)("A change whose answer was lost and that %s takes effect exactly once", async (_, fault, sent) => {
  w.simulator.control.addFault({ ...fault, method: "PATCH" });
  expect(await rename("new")).toMatchObject({ name: "new", status: "requested" });
  expect(w.changes()).toEqual(Array(sent).fill("PATCH links"));
});
test("Changing a link that no longer exists fails with its replacement as the remedy", async () => {
  await expect(rename("new", undefined, NOWHERE)).rejects.toThrow(
    /^renaming to new: InterLink 0.* no longer exists\n.*shows its replacement/,
  );
});
test("Detaching succeeds if the link is deleted meanwhile, and fails if the API refuses it", async () => {
  const vpcId = w.simulator.seed.vpc({ name: "v" }).id;
  await attachVpc(run.api, ref, vpcId);
  const detach = (meanwhile: () => Promise<unknown>) =>
    unlessGone(run, ref, () =>
      changeLink(run, ref, undefined, {
        what: "detaching the VPC",
        call: (ref) => meanwhile().then(() => detachVpc(run.api, ref)),
        done: (link) => link.vpcId === undefined,
      }),
    );
  w.simulator.control.addFault({ kind: "status", method: "POST", path: "/detach-vpc", status: 403 });
  await expect(detach(() => Promise.resolve())).rejects.toThrow(/^detaching the VPC: POST .* 403/);
  await detach(() => deleteLink(run.api, ref));
  expect(w.changes()).toEqual(["POST attach-vpc", "POST detach-vpc", "DELETE links", "POST detach-vpc"]);
});
test("The error for a refused change says what was being done", async () => {
  w.simulator.control.lock(ref.id);
  await expect(rename("new")).rejects.toThrow(/^renaming to new: PATCH .*locked.*\n.*support ticket/);
});
test("Later reads of the run see the change of a link, even after an earlier list call", async () => {
  const sought = { ...ref, projectId: w.simulator.projectId };
  await run.links.recent(sought, 60_000);
  await rename("new");
  expect((await run.links.recent(sought, 60_000))?.name).toBe("new");
});
