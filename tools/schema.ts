/** Regenerates the plugin's schema: `npm run schema`. */
import { writeFileSync } from "node:fs";
import { SCHEMA_FILE, schemaText } from "./schema/index.ts";

writeFileSync(SCHEMA_FILE, schemaText());
