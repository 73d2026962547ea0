import { expect, test } from "vitest";
import { plainPopName, popsNamed } from "./pop-name.ts";

const pops = [
  { name: "DC2", displayName: "Paris - OpCore DC2" },
  { name: "DC21", displayName: "Lyon - OpCore DC21" },
  { name: "- Telehouse TH2", displayName: "Paris - TeleHouse TH2" },
  { name: "- Interxion MRS2", displayName: "Marseille - Interxion MRS2" },
  { name: "Saint-Ouen", displayName: "Île-de-France" },
];
const found = (wanted: string) => popsNamed(pops, wanted).map(({ name }) => name);

test.each([
  ["the name", "- Telehouse TH2", ["- Telehouse TH2"]],
  ["the name without its dash", "Telehouse TH2", ["- Telehouse TH2"]],
  ["the display name", "Paris - TeleHouse TH2", ["- Telehouse TH2"]],
  ["a word", "TH2", ["- Telehouse TH2"]],
  ["a word in another case", "mrs2", ["- Interxion MRS2"]],
  ["consecutive words", "telehouse  th2", ["- Telehouse TH2"]],
  ["words of the display name", "paris opcore", ["DC2"]],
  ["a word with an accent", "ÎLE", ["Saint-Ouen"]],
  ["words with a dash between them", "saint ouen", ["Saint-Ouen"]],
  ["a word that several have", "Paris", ["DC2", "- Telehouse TH2"]],
])("A PoP is found by %s", (_, wanted, names) => expect(found(wanted)).toEqual(names));

test("A PoP with exactly this name is preferred to one whose name contains the word", () => {
  const two = [...pops, { name: "Annex DC2", displayName: "" }];
  expect(popsNamed(two, "DC2").map(({ name }) => name)).toEqual(["DC2"]);
  expect(popsNamed(two, "dc2")).toHaveLength(2);
});

test.each(["TH", "H2", "TH2 Telehouse", "TH22", "-", " "])("%j matches no PoP", (wanted) =>
  expect(found(wanted)).toEqual([]),
);

test("Messages omit the leading dash of a PoP's name", () => {
  expect(plainPopName("- Telehouse TH2")).toBe("Telehouse TH2");
  expect(plainPopName("DC-2")).toBe("DC-2");
});
