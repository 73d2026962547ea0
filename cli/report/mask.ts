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
      if (typeof inner === "string" && inner.startsWith('"')) add(inner.slice(1, -1));
    }
    collect(inner, add);
  }
}

/** The text without the secrets. */
export function masked(text: string, secrets: readonly string[]): string {
  // Longer ones first: one may hold another.
  const longestFirst = [...new Set(secrets)]
    .filter(({ length }) => length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return longestFirst.reduce((clean, secret) => clean.replaceAll(secret, MASK), text);
}
