/**
 * Replaces the plugin of @pulumi/command, which is not available everywhere: a router that accepts every push and reports
 * all sessions in the script as up. test/router runs the script on a real router.
 */
import { main, type Provider } from "@pulumi/pulumi/provider/index.js";

interface Command {
  create: string;
  update: string;
  stdin: string;
}

const pushed = (inputs: Command) => {
  const sessions = inputs.stdin.matchAll(/^(interlink-\S+-ipv[46]) \S+$/gm);
  return { ...inputs, stdout: [...sessions].map(([, name]) => `session ${name} up`).join("\n") };
};

const router: Provider = {
  version: "1.2.1",
  check: async (_urn, _olds, inputs) => ({ inputs }),
  diff: async (_id, _urn, olds: Command, news: Command) => ({ changes: olds.stdin !== news.stdin }),
  create: async (_urn, inputs) => ({ id: "pushed", outs: pushed(inputs) }),
  read: async (id, _urn, props) => ({ id, props }),
  update: async (_id, _urn, _olds, inputs) => ({ outs: pushed(inputs) }),
  delete: async () => {},
};

await main(router, process.argv.slice(2));
