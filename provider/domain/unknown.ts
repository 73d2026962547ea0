/**
 * What stands for a value that a preview does not know yet. It is the engine's own word for it
 * (`pulumi.runtime.rpc.unknownValue`), so that it goes back to the engine as it came.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is unknown, or holds one that is. */
export function isUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(isUnknown);
}
