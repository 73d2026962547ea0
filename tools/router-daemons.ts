/** Installs FRRouting and BIRD from Debian's packages, where that is possible, to test the router configurations. */
import { provide } from "./debian-packages.ts";

/** Set-up of a test run (vitest's `globalSetup`). */
export default () =>
  provide({
    title: "FRRouting and BIRD",
    packages: ["frr", "frr-pythontools", "bird2", "iproute2"],
    programs: ["/usr/bin/vtysh", "/usr/lib/frr/frr-reload.py", "/usr/sbin/bird", "/usr/sbin/ip"],
  });
