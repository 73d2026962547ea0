import type { PropertySpec } from "./types.ts";

/** What can be configured: the inputs of the provider, and the keys of stack configuration in the plugin's namespace. */
export const CONFIGURATION: Record<string, PropertySpec> = {
  secretKey: {
    type: "string",
    secret: true,
    description:
      "Secret key of the API key. Stored encrypted in the state of the provider, as with every Pulumi provider. " +
      "To keep it out of the state, set `SCW_SECRET_KEY` or use a profile of the `scw` CLI instead.",
  },
  accessKey: {
    type: "string",
    description: "Access key of the API key (`SCW_ACCESS_KEY`). The API is never sent it.",
  },
  projectId: {
    type: "string",
    description: "Project of resources that name none: a UUID. Default: `SCW_DEFAULT_PROJECT_ID`, else the profile's.",
  },
  organizationId: {
    type: "string",
    description: "Organization (`SCW_DEFAULT_ORGANIZATION_ID`). Not used: it follows from the project.",
  },
  region: {
    type: "string",
    description:
      "Region of resources that name none, such as `fr-par`. Default: `SCW_DEFAULT_REGION`, else the profile's, else `fr-par`.",
  },
  apiUrl: {
    type: "string",
    description:
      "URL of the API: https, or http on this machine. Default: `SCW_API_URL`, else the profile's, else `https://api.scaleway.com`.",
  },
  profile: {
    type: "string",
    description: "Profile of the `scw` CLI's configuration file. Default: `SCW_PROFILE`, else the active one.",
  },
  liveDiff: {
    type: "boolean",
    description: "Whether previews read what is live. Default true.",
  },
  ownershipTags: {
    type: "boolean",
    description: "Whether links and routing policies carry a tag that names their owner. Default true.",
  },
};
