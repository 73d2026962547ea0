import { UserError } from "../../provider/domain/user-error.ts";

/** What a CI system gives a job: variables and files. */
export interface Environment {
  env: Readonly<Record<string, string | undefined>>;
  readFile: (path: string) => string;
}

/** A variable that has to be set. */
export function required(env: Environment["env"], name: string, now: string, doing = "writing the comment"): string {
  const value = env[name];
  if (value) return value;
  throw new UserError(doing, { code: "comment-failed", said: `${name} is not set`, now });
}
