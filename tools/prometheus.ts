/** Installs Prometheus from Debian's package, where that is possible, to test the exporter and its alert rules. */
import { provide } from "./debian-packages.ts";

/** Set-up of a test run (vitest's `globalSetup`). */
export default () =>
  provide({
    title: "Prometheus",
    packages: ["prometheus"],
    programs: ["/usr/bin/prometheus", "/usr/bin/promtool"],
  });
