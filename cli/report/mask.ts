/** Masks secrets of a preview or the live state in a report. */
const MASK = "[secret]";
/** Properties whose values are secret, in inputs, outputs and config. */
const SECRET_KEYS = /^(pairing_?key|secret_?key|scaleway:secretKey|access_?key)$/i;
/** The key with which Pulumi marks a secret in states and events. */
const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";
/** Shorter texts are not keys, and masking them would hide half of the report. */
const SHORTEST = 6;

/** All secrets in a JSON value: values of secret properties, and values marked by Pulumi. */
export function secretsIn(value: unknown): string[] {
  const secrets: string[] = [];
  collect(value, (secret) => {
    if (typeof secret === "string" && secret !== MASK) secrets.push(secret);
  });
  return secrets;
}

function collect(value: unknown, add: (secret: unknown) => void): void {
  if (value === null || typeof value !== "object") return;
  const isSecret = SECRET_SIGNATURE in value;
  for (const [key, inner] of Object.entries(value)) {
    if (SECRET_KEYS.test(key) || (isSecret && (key === "plaintext" || key === "value"))) {
      add(inner);
      if (typeof inner === "string" && inner.startsWith('"')) add(unquoted(inner));
    }
    collect(inner, add);
  }
}

/** Pulumi stores a secret string as JSON. */
function unquoted(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(1, -1);
  }
}

/** A function that replaces secrets in texts. */
export function maskOf(secrets: readonly string[]): (text: string) => string {
  // Longest first: one secret may contain another.
  const longestFirst = [...new Set(secrets)]
    .filter(({ length }) => length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((clean, secret) => clean.replaceAll(secret, MASK), text);
}

/**
 * Masks every text in a value, inside lists, plain objects and maps. This must happen before a form is written: an escaped
 * or wrapped secret is no longer found. Shared objects stay shared.
 */
export function maskedIn<T>(value: T, mask: (text: string) => string): T {
  const done = new Map<unknown, unknown>();
  const within = (value: unknown): unknown => {
    if (typeof value === "string" || (typeof value === "object" && value !== null)) {
      if (!done.has(value)) done.set(value, copy(value));
      return done.get(value);
    }
    return value;
  };
  const copy = (value: string | object): unknown => {
    if (typeof value === "string") return mask(value);
    if (Array.isArray(value)) return value.map(within);
    if (value instanceof Map) return new Map([...value].map(([key, inner]) => [within(key), within(inner)]));
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, within(inner)]));
  };
  return within(value) as T;
}
