import { ownedBy, ownershipOf } from "../domain/owner-tag.ts";
import { labelOf, type Resource } from "../domain/resource-name.ts";
import { UserError } from "../domain/user-error.ts";

/** Refuses to import an object that carries another owner's tag: two stacks would manage it. */
export function refuseOthersImport(resource: Resource, id: string, tags: readonly string[]): void {
  const holder = ownershipOf(tags)?.owner;
  if (holder === undefined || ownedBy(tags, resource.owner)) return;
  throw new UserError(`importing ${labelOf(resource)}`, {
    code: "adopt-owned",
    reason: `${id} is tagged as owned by ${holder}`,
    remedy:
      "remove it from that stack's program and state, then remove its tag that starts with `pulumi:`. For a link, you " +
      "can set adoptId and adoptFrom instead of importing it.",
  });
}
