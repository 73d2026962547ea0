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

/**
 * The system to write to: the one that the options name, else the CI system, known by the variable that each sets in every job.
 * @throws UserError that says `now` what to do, where it is neither
 */
export function forgeOf(
  { github, gitlab }: { github?: boolean; gitlab?: boolean },
  { env }: Environment,
  { doing, now }: { doing: string; now: string },
): "github" | "gitlab" {
  if (github || (!gitlab && env.GITHUB_ACTIONS)) return "github";
  if (gitlab || env.GITLAB_CI) return "gitlab";
  throw new UserError(doing, {
    code: "comment-failed",
    said: "this is no job of GitHub Actions or GitLab CI (neither GITHUB_ACTIONS nor GITLAB_CI is set)",
    now,
  });
}
