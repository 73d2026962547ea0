/** What the local stand-ins of GitHub and GitLab share: a server on loopback, its log, and answers that a test forces. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Context, Hono } from "hono";

/** A call that a stand-in has seen: `POST /repos/o/r/issues/7/comments`. */
export type Call = string;

/** An answer that is given instead of the next one to a call that matches. */
export interface Forced {
  call: RegExp;
  status: number;
  body?: object;
  headers?: Record<string, string>;
  /** The call takes effect, but its answer is lost. */
  afterEffect?: boolean;
}

/** Serves an application on loopback. */
export async function serve(app: Hono) {
  const server = createServer(getRequestListener(app.fetch));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async end() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Logs each call, and gives the answers that a test has forced, each once. */
export function observe(app: Hono) {
  const calls: Call[] = [];
  const forced: Forced[] = [];
  const meetings: { call: RegExp; jobs: number; arrived: (() => void)[] }[] = [];
  app.use(async (c, next) => {
    const call = `${c.req.method} ${c.req.path}`;
    calls.push(call);
    const meeting = meetings.find((one) => one.arrived.length < one.jobs && one.call.test(call));
    await new Promise<void>((resolve) => {
      meeting?.arrived.push(resolve);
      if (meeting === undefined) resolve();
      else if (meeting.arrived.length === meeting.jobs) for (const go of meeting.arrived) go();
    });
    const index = forced.findIndex((one) => one.call.test(call));
    const [answer] = index < 0 ? [] : forced.splice(index, 1);
    if (answer?.afterEffect) await next();
    if (answer === undefined) return next();
    c.res = Response.json(answer.body ?? {}, { status: answer.status, headers: answer.headers ?? {} });
  });
  return {
    calls,
    force: (answer: Forced) => forced.push(answer),
    /** Calls that match are answered only once each of so many jobs has made one. */
    together: (call: RegExp, jobs: number) => meetings.push({ call, jobs, arrived: [] }),
  };
}

/** One page, and the `Link` header that leads to the others, by `page` and `per_page` as both APIs take them. */
export function page<T>(c: Context, items: T[], defaultSize: number, linkBase: string): T[] {
  const size = Math.min(Number(c.req.query("per_page") ?? defaultSize), 100);
  const number = Number(c.req.query("page") ?? 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const to = (page: number, rel: string) => {
    const query = new URLSearchParams({ ...c.req.query(), per_page: String(size), page: String(page) });
    return `<${linkBase}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [to(number - 1, "prev")] : []),
    ...(number < last ? [to(number + 1, "next"), to(last, "last")] : []),
    to(1, "first"),
  ];
  if (last > 1) c.header("Link", links.join(", "));
  return items.slice((number - 1) * size, number * size);
}
