/** Keeps secrets out of a report, wherever in a preview or a live read they were. */
const MASK = "[secret]";
/** Properties whose values are secret, in inputs, outputs and config. */
const SECRET_KEYS = /^(pairing_?key|secret_?key|scaleway:secretKey|access_?key)$/i;
/** What Pulumi marks a secret with, where a state or event holds one. */
const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";
/** Shorter texts are no keys, and would mask half of the report. */
const SHORTEST = 6;

/** Every secret in a JSON value: under a name that tells so, or marked by Pulumi. */
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

/** Pulumi writes a secret text as JSON. */
function unquoted(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(1, -1);
  }
}

/** Takes secrets out of texts. */
export function maskOf(secrets: readonly string[]): (text: string) => string {
  // Longer ones first: one may hold another.
  const longestFirst = [...new Set(secrets)]
    .filter(({ length }) => length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((clean, secret) => clean.replaceAll(secret, MASK), text);
}

/**
 * The same value with every text in it masked, so that it can be written in any form: once a form has escaped or wrapped
 * a secret, it is not found any more. Goes into lists, plain objects and maps; what is shared stays shared.
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
