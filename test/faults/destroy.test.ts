import { matrixOf } from "./matrix.ts";
import { DESTROY } from "./scenarios.ts";

await matrixOf(DESTROY);
