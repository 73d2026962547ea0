import { matrixOf } from "./matrix.ts";
import { EARLY } from "./scenarios.ts";

await matrixOf(EARLY);
