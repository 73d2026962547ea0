/** The environment of a user's project. In it the engine finds the installed npm packages and nothing of this repository. */
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Simulator } from "../../simulator/index.ts";
import { SECRET_KEY } from "../world.ts";

/** `command` is the Pulumi CLI; `first` are folders of PATH that come before all others. */
export const environmentOf = (
  folder: string,
  { command, home, simulator, first = [] }: { command: string; home: string; simulator: Simulator; first?: string[] },
) => ({
  PATH: [
    ...first,
    dirname(command),
    join(folder, "node_modules", "@pulumi", "pulumi"),
    dirname(process.execPath),
    process.env.PATH,
  ].join(delimiter),
  HOME: home,
  PULUMI_BACKEND_URL: pathToFileURL(join(folder, "state")).href,
  PULUMI_CONFIG_PASSPHRASE: "test",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  SCW_API_URL: simulator.url,
  SCW_SECRET_KEY: SECRET_KEY,
  SCW_DEFAULT_PROJECT_ID: simulator.projectId,
});
