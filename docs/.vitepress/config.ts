/** The documentation site: the pages of docs/ as they are on GitHub, and the API reference that typedoc writes to docs/api. */
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { slug } from "github-slugger";
import { type DefaultTheme, defineConfig, type MarkdownOptions } from "vitepress";
import { onTheWeb, repositoryUrl } from "../../tools/repository.ts";

const DOCS = join(import.meta.dirname, "..");
const repository = repositoryUrl();

/** A long name in a table breaks rather than push the text beside it out of sight. */
const TABLES_ON_A_TELEPHONE = `@media (max-width: 640px) {
  .vp-doc td code { overflow-wrap: anywhere; }
  .vp-doc td:first-child:has(code) { min-width: 9rem; }
}`;

/** The pages by group, each with the words that the navigation has for it. A page that is not there is left out. */
const PAGES: Record<string, Record<string, string>> = {
  Start: {
    "getting-started.md": "Your first link",
    "simulator.md": "Without an account",
    "concepts.md": "Concepts",
    "configuration.md": "Configuration",
    "languages.md": "Languages",
  },
  Guides: {
    "days.md": "When a partner takes days",
    "changes.md": "What a change does to traffic",
    "ci.md": "Pull requests",
    "ci-systems.md": "CI systems",
    "policy-pack.md": "Policy pack",
    "router.md": "Your router",
    "day-2.md": "Day 2",
    "doctor.md": "Diagnosis",
    "monitoring.md": "Monitoring",
    "drill.md": "Failover drill",
    "migrate.md": "Import and migration",
    "import.md": "Import many links",
    "dynamic-to-plugin.md": "From dynamic to plugin",
    "recipes.md": "Recipes",
  },
  Resources: {
    "resources/redundant-interlink.md": "RedundantInterLink",
    "resources/interlink.md": "InterLink",
    "resources/vpc-attachment.md": "VpcAttachment",
    "resources/routing-policy.md": "RoutingPolicy",
    "resources/route-propagation.md": "RoutePropagation",
  },
  "Data sources": {
    "resources/get-pop.md": "getPop",
    "resources/get-partner.md": "getPartner",
    "resources/get-dedicated-connection.md": "getDedicatedConnection",
    "resources/get-interlink.md": "getInterLink",
    "resources/get-routing-policy.md": "getRoutingPolicy",
    "resources/get-vpc.md": "getVpc",
    "resources/get-routes.md": "getRoutes",
    "resources/get-vpc-prefixes.md": "getVpcPrefixes",
  },
  Reference: {
    "troubleshooting.md": "Troubleshooting",
    "support.md": "What is supported",
    "installation-configuration.md": "Installation of the plugin",
    "cost.md": "API calls of a run",
    "bench.md": "Cost and speed",
    "api/README.md": "API (TypeScript)",
  },
  About: {
    "architecture.md": "Architecture",
    "decisions.md": "Decisions",
    "security.md": "Security",
  },
};

const sidebar: DefaultTheme.SidebarItem[] = Object.entries(PAGES).map(([text, pages]) => ({
  text,
  items: Object.entries(pages)
    .filter(([path]) => existsSync(join(DOCS, path)))
    .map(([path, words]) => ({ text: words, link: `/${path.replace(/(README)?\.md$/, "")}` })),
}));

/** Links to files outside of docs/ lead to the repository on the web; where that is not known, they are plain text. */
const markdown: MarkdownOptions = {
  // The anchors that GitHub makes.
  anchor: { slugify: slug },
  config: (md) => {
    md.core.ruler.push("links-out-of-docs", ({ tokens, env }) => {
      const folder = dirname(env.relativePath ?? "");
      for (const { children } of tokens) {
        let removed = false;
        for (const child of children ?? []) {
          const href = child.type === "link_open" ? (child.attrGet("href") ?? "") : "";
          if (child.type === "link_close" && removed) {
            Object.assign(child, { type: "text", content: "" });
            removed = false;
          }
          const path = normalize(join("docs", folder, href));
          if (!href.startsWith(".") || path.startsWith("docs/")) continue;
          if (repository === undefined) {
            Object.assign(child, { type: "text", content: "" });
            removed = true;
          } else child.attrSet("href", onTheWeb(repository, path));
        }
      }
    });
  },
};

export default defineConfig({
  title: "InterLink for Pulumi",
  description: "Scaleway InterLink for Pulumi: private links, ordered, provisioned and changed without losing traffic",
  lang: "en",
  base: process.env.DOCS_BASE ?? "/",
  head: [["style", {}, TABLES_ON_A_TELEPHONE]],
  // Pulumi's Registry reads this page, which is written for its own generator.
  srcExclude: ["_index.md"],
  // The Registry's layout, in a page that both have.
  transformPageData: ({ frontmatter }) => {
    if (frontmatter.layout === "package") frontmatter.layout = "doc";
  },
  rewrites: (page) => page.replace(/(^|\/)README\.md$/, "$1index.md"),
  markdown,
  themeConfig: {
    sidebar,
    outline: [2, 3],
    search: { provider: "local" },
    nav: [
      { text: "Your first link", link: "/getting-started" },
      { text: "Resources", link: "/resources" },
      { text: "Troubleshooting", link: "/troubleshooting" },
    ],
    ...(repository !== undefined && {
      socialLinks: [{ icon: "github", link: repository }],
      editLink: { pattern: `${repository}/edit/HEAD/docs/:path`, text: "Edit this page" },
    }),
  },
});
