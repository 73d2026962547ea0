import { UserError } from "../../provider/domain/user-error.ts";

/** Environment variables and files of a CI job. */
export interface Environment {
  env: Readonly<Record<string, string | undefined>>;
  readFile: (path: string) => string;
}

/** Reads a required variable. */
export function required(env: Environment["env"], name: string, remedy: string, doing = "writing the comment"): string {
  const value = env[name];
  if (value) return value;
  throw new UserError(doing, { code: "comment-failed", reason: `${name} is not set`, remedy });
}

/**
 * The system to write to: from the options, else the CI system, detected by the variable that each sets in every job.
 * @throws UserError with this remedy, if neither is known
 */
export function forgeOf(
  { github, gitlab }: { github?: boolean; gitlab?: boolean },
  { env }: Environment,
  { doing, remedy }: { doing: string; remedy: string },
): "github" | "gitlab" {
  if (github || (!gitlab && env.GITHUB_ACTIONS)) return "github";
  if (gitlab || env.GITLAB_CI) return "gitlab";
  throw new UserError(doing, {
    code: "comment-failed",
    reason: "this is not a job of GitHub Actions or GitLab CI (neither GITHUB_ACTIONS nor GITLAB_CI is set)",
    remedy,
  });
}
