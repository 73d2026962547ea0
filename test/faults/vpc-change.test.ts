import { matrixOf } from "./matrix.ts";
import { VPC_CHANGE } from "./scenarios.ts";

await matrixOf(VPC_CHANGE);
