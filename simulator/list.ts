/** Lists: filters, sort order and pages. */
import * as z from "zod";
import { booleanText, integerText, uuid } from "./validation.ts";

/**
 * Query of a list: `page` from 1, `page_size` from 1 to 1000 (typed), `order_by` one of `orders` (each with `_asc` and
 * `_desc`), and the filters. The default page size is 20, as on other products (recorded: iam, lb); InterLink's own
 * default is unknown.
 */
export function listQuery<Order extends string, Filters extends z.ZodRawShape>(
  orders: readonly Order[],
  defaultOrder: `${Order}_${"asc" | "desc"}`,
  filters: Filters,
) {
  const words: string[] = orders.flatMap((order) => [`${order}_asc`, `${order}_desc`]);
  return z.strictObject({
    page: integerText.pipe(z.number().min(1)).default(1),
    page_size: integerText.pipe(z.number().min(1).max(1000)).default(20),
    order_by: z.enum(words).default(defaultOrder),
    ...filters,
  });
}

/** Filters that links, policies, connections and VPCs have in common. */
export const ownedFilters = {
  project_id: uuid.optional(),
  organization_id: uuid.optional(),
  name: z.string().optional(),
  tags: z.array(z.string()).optional(),
};

/** Filter by a boolean. */
export const flag = booleanText.optional();

/** Filter by an enumeration. `unknown_…`, which the official Go client sends by default, means no filter (recorded). */
export const word = <const Words extends readonly string[]>(words: Words) =>
  z
    .union([
      z
        .string()
        .regex(/^unknown_/)
        .transform(() => undefined),
      z.enum(words),
    ])
    .optional();

interface Owned {
  project_id: string;
  organization_id: string;
  name: string;
  tags: string[];
}

/** Whether an object matches the filters that all owned objects have. */
export const passesOwned = (query: { [Filter in keyof Owned]?: Owned[Filter] | undefined }, item: Owned): boolean =>
  is(query.project_id, item.project_id) &&
  is(query.organization_id, item.organization_id) &&
  contains(query.name, item.name) &&
  // One common tag is enough (typed for VPCs; a guess for links, policies and connections).
  (query.tags === undefined || query.tags.some((tag) => item.tags.includes(tag)));

/** Whether a value equals the filter; always true without a filter. */
export const is = <T>(wanted: T | undefined, actual: T | undefined): boolean =>
  wanted === undefined || wanted === actual;

/**
 * Whether a value contains the filter; always true without a filter. Recorded for names of PoPs and VPCs. A guess for links
 * and policies, and the choice that exposes a client that does not compare names itself. Guess: the case of letters matters.
 */
export const contains = (wanted: string | undefined, actual: string): boolean =>
  wanted === undefined || actual.includes(wanted);

/** Names are sorted without punctuation, not in byte order: "- Telehouse TH2" comes after "DC5" (recorded). */
const collator = new Intl.Collator("en", { ignorePunctuation: true });

/**
 * Sorts items and returns the requested page. `total_count` counts the items of all pages.
 * @param sortedBy returns the object that has an item's sort fields
 */
export function page<Item extends object>(
  key: string,
  items: Item[],
  query: { page: number; page_size: number; order_by: string },
  sortedBy: (item: Item) => object = (item) => item,
): Record<string, unknown> {
  const [, field = "", direction] = /^(.+)_(asc|desc)$/.exec(query.order_by) ?? [];
  const sortKey = (item: Item): string => String((sortedBy(item) as Record<string, unknown>)[field] ?? "");
  const compare =
    field === "name"
      ? (a: Item, b: Item) => collator.compare(sortKey(a), sortKey(b))
      : (a: Item, b: Item) => (sortKey(a) < sortKey(b) ? -1 : sortKey(a) > sortKey(b) ? 1 : 0);
  const sorted = items.sort(direction === "desc" ? (a, b) => compare(b, a) : compare);
  const start = (query.page - 1) * query.page_size;
  return { [key]: sorted.slice(start, start + query.page_size), total_count: items.length };
}
