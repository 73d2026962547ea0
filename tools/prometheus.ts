/** Prometheus, by which the exporter and its alert rules are tested: Debian's package, installed where that can be done. */
import { provide } from "./debian-packages.ts";

/** Set-up of the test run (vitest's `globalSetup`). */
export default () =>
  provide({
    title: "Prometheus",
    packages: ["prometheus"],
    programs: ["/usr/bin/prometheus", "/usr/bin/promtool"],
  });
