/**
 * Placeholder for a value that a preview does not know yet. It is the engine's own sentinel
 * (`pulumi.runtime.rpc.unknownValue`), so the engine recognizes it when it is sent back.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether a value is unknown, or contains an unknown value at any depth. */
export function isUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(isUnknown);
}
