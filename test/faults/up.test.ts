import { matrixOf } from "./matrix.ts";
import { UP } from "./scenarios.ts";

await matrixOf(UP);
