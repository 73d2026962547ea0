import { matrixOf } from "./matrix.ts";
import { POLICY_SWAP } from "./scenarios.ts";

await matrixOf(POLICY_SWAP);
