/** FRRouting and BIRD, by which the router configurations are tested: Debian's packages, installed where that can be done. */
import { provide } from "./debian-packages.ts";

/** Set-up of the test run (vitest's `globalSetup`). */
export default () =>
  provide({
    title: "FRRouting and BIRD",
    packages: ["frr", "frr-pythontools", "bird2", "iproute2"],
    programs: ["/usr/bin/vtysh", "/usr/lib/frr/frr-reload.py", "/usr/sbin/bird", "/usr/sbin/ip"],
  });
