/** `interlink pairing-key`: shows the pairing keys that partners still need. It is the only command that prints keys. */
import { Command } from "commander";
import { connectionHelp, connectionOptions } from "./connection-options.ts";
import type { Options } from "./pairing-key/run.ts";

const HELP = `
Shows the pairing key of each link that its partner has not accepted yet (Requesting), with the partner's contact and the
expiry date of the order. Give the key to the partner before that date. A pairing key is a secret: no other command prints it.

--quiet writes only the key. It fails unless exactly one link is waiting for its partner.
--json writes [{id, name, region, owner, partner {id, name, contactEmail, portalUrl}, expiresAt, pairingKey}].
${connectionHelp()}

Exit codes: 0 shown, or no link is waiting (with a warning); 1 failed.

Examples:
  interlink pairing-key --stack production
  interlink pairing-key --owner network/production/paris
  interlink pairing-key --link paris-1a2b3c4 --quiet`;

/** Creates the command. */
export function pairingKeyCommand(): Command {
  return connectionOptions(new Command("pairing-key").description("show the pairing keys that partners still need"))
    .option("--owner <project/stack>", "links of this stack, or of one resource of it")
    .option("--link <link>", "one link: an id, a regional id (fr-par/UUID) or a name")
    .option("--json", "write JSON")
    .option("--quiet", "write only the key")
    .addHelpText("after", HELP)
    .action(async (options: Options) => (await import("./pairing-key/run.ts")).pairingKey(options));
}
