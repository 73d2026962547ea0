/**
 * The simulator in a process of its own, so that what it costs is not the provider's or the program's. This module is
 * both sides: the one that starts it, and, run as the child, the simulator.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Control, type Seed, type SimulatorOptions, startSimulator } from "../../simulator/index.ts";

/** The same functions, each answering by a promise. */
type Remote<T> = {
  [Name in keyof T]: T[Name] extends (...args: infer Args) => infer Result ? (...args: Args) => Promise<Result> : never;
};

/** A simulator in another process. */
export interface SimulatorProcess {
  url: string;
  projectId: string;
  control: Remote<Control>;
  seed: Remote<Seed>;
  stop(): Promise<void>;
}

interface Call {
  number: number;
  part: "control" | "seed";
  name: string;
  args: unknown[];
}
type Answer = { number: number } & ({ result: unknown } | { failure: string });

/** Options that can be sent to another process. */
export type SentOptions = Omit<SimulatorOptions, "onRequest" | "log">;

/** Starts one. */
export async function simulatorProcess(options: SentOptions = {}): Promise<SimulatorProcess> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], { stdio: ["ignore", 2, 2, "ipc"] });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const started = await new Promise<{ url: string; projectId: string }>((resolve, reject) => {
    child.once("message", (message) => resolve(message as { url: string; projectId: string }));
    child.once("exit", (code) => reject(new Error(`the simulator's process ended with ${code}`)));
  });
  child.on("message", (answer: Answer) => {
    const caller = waiting.get(answer.number);
    waiting.delete(answer.number);
    if ("failure" in answer) caller?.reject(new Error(answer.failure));
    else caller?.resolve(answer.result);
  });
  let calls = 0;
  const remote = <T>(part: Call["part"]) =>
    new Proxy({} as Remote<T> & object, {
      get:
        (_, name) =>
        (...args: unknown[]) =>
          new Promise((resolve, reject) => {
            const call: Call = { number: calls++, part, name: String(name), args };
            waiting.set(call.number, { resolve, reject });
            child.send(call);
          }),
    });
  return { ...started, control: remote<Control>("control"), seed: remote<Seed>("seed"), stop: () => ended(child) };
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.disconnect();
  await exit;
}

/** The child: it ends when its parent disconnects, or dies. */
async function serve(options: SentOptions, send: (message: unknown) => void): Promise<void> {
  const simulator = await startSimulator(options);
  process.on("message", async ({ number, part, name, args }: Call) => {
    try {
      const functions = simulator[part] as unknown as Record<string, (...args: unknown[]) => unknown>;
      send({ number, result: await functions[name]?.(...args) });
    } catch (error) {
      send({ number, failure: error instanceof Error ? error.message : String(error) });
    }
  });
  process.once("disconnect", () => simulator.stop());
  send({ url: simulator.url, projectId: simulator.projectId });
}

if (import.meta.main && process.send !== undefined) {
  await serve(JSON.parse(process.argv[2] ?? "{}"), process.send.bind(process));
}
