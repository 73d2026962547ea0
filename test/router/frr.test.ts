import { parserSuite, pushSuite } from "./suites.ts";

parserSuite("frr");
pushSuite("frr");
