import { parserSuite, pushSuite } from "./suites.ts";

parserSuite("bird");
pushSuite("bird");
