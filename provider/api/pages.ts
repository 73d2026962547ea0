import type { z } from "zod";
import type { Api, Query } from "./client.ts";
import type { Camel } from "./wire.ts";

/** The maximum is 1,000 (published types); half of that keeps an answer below half a megabyte. */
const PAGE_SIZE = 500;

/** All objects of a list: reads pages until `total_count` is reached or a page is empty. */
export async function allPages<Item>(
  api: Api,
  path: string,
  answer: z.ZodType<{ total_count: number; items: Item[] }>,
  query: Query,
  pageSize = PAGE_SIZE,
): Promise<Camel<Item>[]> {
  const all: Camel<Item>[] = [];
  for (let page = 1; ; page++) {
    const { items, totalCount } = await api.call("GET", path, {
      answer,
      query: { ...query, page, page_size: pageSize },
    });
    all.push(...items);
    if (items.length === 0 || all.length >= totalCount) return all;
  }
}
