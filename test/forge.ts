/** Shared parts of the stand-ins for GitHub and GitLab: a server on loopback, its log, and forced answers. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Context, Hono } from "hono";

/** A call that a stand-in received: `POST /repos/o/r/issues/7/comments`. */
export type Call = string;

/** An answer that replaces the real one for the next call that matches. */
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

/** Logs each call, and gives each forced answer once. */
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
    /** Holds matching calls until this many have arrived, so that jobs meet at the same point. */
    together: (call: RegExp, jobs: number) => meetings.push({ call, jobs, arrived: [] }),
  };
}

/** Returns one page by `page` and `per_page`, and sets the `Link` header to the others, as both APIs do. */
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
