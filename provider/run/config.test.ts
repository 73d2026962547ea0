import { tmpdir } from "node:os";
import { describe, expect, test, vi } from "vitest";
import { SECRET_KEY } from "../../test/world.ts";
import { type ConfigSources, machineSources, readConfig } from "./config.ts";

const STACK_KEY = "aaaaaaaa-0000-4000-8000-000000000001";
const FILE_KEY = "aaaaaaaa-0000-4000-8000-000000000002";
const PROJECTS = ["1", "2", "3"].map((digit) => `bbbbbbbb-0000-4000-8000-00000000000${digit}`) as [
  string,
  string,
  string,
];
const HOME_FILE = "/home/me/.config/scw/config.yaml";

interface Given {
  stack?: Record<string, string>;
  env?: Record<string, string>;
  files?: Record<string, string>;
}

function given({ stack = {}, env = {}, files = {} }: Given): ConfigSources {
  return { stack: (key) => stack[key], env, readFile: (path) => files[path], home: "/home/me" };
}
const read = (sources: Given) => readConfig(given(sources));

/** The message of what `work` throws. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was refused");
}

test("White space around a setting is ignored, in every source", () => {
  const config = read({
    stack: { "scaleway:region": " nl-ams\n" },
    env: { SCW_SECRET_KEY: `${SECRET_KEY}\n`, SCW_DEFAULT_PROJECT_ID: " ", SCW_PROFILE: "work " },
    files: { [HOME_FILE]: `profiles:\n  work:\n    default_project_id: "${PROJECTS[0]} "\n` },
  });
  expect([config.secretKey(), config.projectId(), config.region?.value]).toEqual([SECRET_KEY, PROJECTS[0], "nl-ams"]);
});

describe("Precedence of settings, key by key", () => {
  const places = {
    stack: {
      "scaleway:secretKey": STACK_KEY,
      "scaleway:projectId": PROJECTS[0],
      "scaleway:region": "nl-ams",
      "scaleway:apiUrl": "https://stack.example",
    },
    env: {
      SCW_SECRET_KEY: SECRET_KEY,
      SCW_DEFAULT_PROJECT_ID: PROJECTS[1],
      SCW_DEFAULT_REGION: "pl-waw",
      SCW_API_URL: "https://env.example",
    },
    files: {
      [HOME_FILE]: `secret_key: ${FILE_KEY}\ndefault_project_id: ${PROJECTS[2]}\ndefault_region: it-mil\napi_url: https://file.example\n`,
    },
  };
  const values = (sources: Given) => {
    const config = read(sources);
    return [config.secretKey(), config.projectId(), config.region?.value, config.apiUrl];
  };
  const STACK = [STACK_KEY, PROJECTS[0], "nl-ams", "https://stack.example"];
  const ENV = [SECRET_KEY, PROJECTS[1], "pl-waw", "https://env.example"];
  const FILE = [FILE_KEY, PROJECTS[2], "it-mil", "https://file.example"];

  test("Settings come from the stack's configuration first", () => expect(values(places)).toEqual(STACK));
  test("Settings come from the environment if the stack's configuration has none", () =>
    expect(values({ ...places, stack: {} })).toEqual(ENV));
  test("Settings come from Scaleway's config file if neither stack nor environment has one", () =>
    expect(values({ files: places.files })).toEqual(FILE));
  test("Each setting is looked up separately", () => {
    const mixed = {
      stack: { "scaleway:region": "nl-ams" },
      env: { SCW_DEFAULT_PROJECT_ID: PROJECTS[1] },
      files: places.files,
    };
    expect(values(mixed)).toEqual([FILE_KEY, PROJECTS[1], "nl-ams", "https://file.example"]);
  });
  test("An empty setting counts as unset", () => {
    const blank = {
      stack: { "scaleway:region": "" },
      env: { SCW_DEFAULT_REGION: "", SCW_SECRET_KEY: "" },
      files: places.files,
    };
    expect(values(blank)).toEqual(FILE);
  });
  test("Without any setting the public API is used and no region is set", () => {
    const { apiUrl, region, liveDiff, ownershipTags, debug } = read({});
    expect({ apiUrl, region, liveDiff, ownershipTags, debug }).toEqual({
      apiUrl: "https://api.scaleway.com",
      region: undefined,
      liveDiff: true,
      ownershipTags: true,
      debug: false,
    });
  });
  test("Switches are read as true or false", () => {
    const stack = { "scaleway:liveDiff": "false", "scaleway:ownershipTags": "false" };
    expect(read({ stack, env: { SCW_DEBUG: "1" } })).toMatchObject({
      liveDiff: false,
      ownershipTags: false,
      debug: true,
    });
  });
});

describe("Scaleway's config file", () => {
  const text = `
secret_key: "${FILE_KEY}"
default_region: nl-ams
active_profile: work
profiles:
  work:
    default_region: 'it-mil'   # a comment
  "p2":
    secret_key: ${STACK_KEY}
`;
  const files = { [HOME_FILE]: text };
  test.each<[string, Given, string, string]>([
    ["active_profile is merged over the top level", {}, FILE_KEY, "it-mil"],
    ["SCW_PROFILE comes before active_profile", { env: { SCW_PROFILE: "p2" } }, STACK_KEY, "nl-ams"],
    [
      "scaleway:profile comes before SCW_PROFILE",
      { stack: { "scaleway:profile": "p2" }, env: { SCW_PROFILE: "work" } },
      STACK_KEY,
      "nl-ams",
    ],
    ["the profile default is the top level", { env: { SCW_PROFILE: "default" } }, FILE_KEY, "nl-ams"],
  ])("%s", (_, sources, key, region) => {
    const config = read({ ...sources, files });
    expect([config.secretKey(), config.region?.value]).toEqual([key, region]);
  });

  test("A setting names the place where it was found", () => {
    expect(read({ files }).region).toEqual({ value: "it-mil", from: `profile "work" in ${HOME_FILE}` });
    expect(read({ env: { SCW_DEFAULT_REGION: "fr-par" } }).region?.from).toBe("SCW_DEFAULT_REGION");
  });

  test.each<[string, Given["env"], string]>([
    ["config.yml if config.yaml is missing", {}, "/home/me/.config/scw/config.yml"],
    ["XDG_CONFIG_HOME", { XDG_CONFIG_HOME: "/xdg" }, "/xdg/scw/config.yaml"],
    ["SCW_CONFIG_PATH", { SCW_CONFIG_PATH: "/elsewhere/c.yaml", XDG_CONFIG_HOME: "/xdg" }, "/elsewhere/c.yaml"],
  ])("Scaleway's config file is looked for at %s", (_, env, path) => {
    expect(read({ ...(env && { env }), files: { [path]: `secret_key: ${FILE_KEY}` } }).secretKey()).toBe(FILE_KEY);
  });
  test("config.yaml takes precedence over config.yml", () => {
    const both = {
      [HOME_FILE]: "default_region: fr-par",
      "/home/me/.config/scw/config.yml": "default_region: nl-ams",
    };
    expect(read({ files: both }).region?.value).toBe("fr-par");
  });
  test.each([
    "active_profile:\nprofiles:\ndefault_region: nl-ams",
    'active_profile: ""\ndefault_region: nl-ams',
    "active_profile: bare\nprofiles:\n  bare:\ndefault_region: nl-ams",
  ])("A key of the config file without a value is unset: %j", (text) =>
    expect(read({ files: { [HOME_FILE]: text } }).region?.value).toBe("nl-ams"),
  );
  test("An empty config file is not an error", () =>
    expect(read({ files: { [HOME_FILE]: "" } }).region).toBeUndefined());

  test("The error for a missing profile lists the profiles of the file", () => {
    expect(refusal(() => read({ files, env: { SCW_PROFILE: "wrok" } }))).toMatch(
      /config\.yaml has no profile "wrok"\. Available: work, p2\n.*What to do: correct SCW_PROFILE, scaleway:profile/,
    );
  });
  test("The error for a profile without a config file lists the paths of the file", () => {
    const message = refusal(() => read({ env: { SCW_PROFILE: "work" } }));
    expect(message).toContain(`there is no config file at ${HOME_FILE} or /home/me/.config/scw/config.yml`);
  });
});

describe("Errors of the configuration", () => {
  test("A home that is not a directory has no config file", () => {
    const sources = { ...given({}), home: "/dev/null", readFile: machineSources(undefined).readFile };
    expect(refusal(() => readConfig(sources).secretKey())).toContain("/dev/null/.config/scw/config.yaml and");
  });
  test("A config file that cannot be read is an error", () => {
    const folder = tmpdir();
    const sources = { ...given({ env: { SCW_CONFIG_PATH: folder } }), readFile: machineSources(undefined).readFile };
    expect(refusal(() => readConfig(sources))).toMatch(
      /^reading the Scaleway configuration: .* cannot be read \(EISDIR\)\n.*What to do: .*SCW_CONFIG_PATH/,
    );
  });
  test.each([
    ["secret key", () => read({}).secretKey(), ["scaleway:secretKey", "SCW_SECRET_KEY", "secret_key", "--secret"]],
    ["project id", () => read({}).projectId(), ["scaleway:projectId", "SCW_DEFAULT_PROJECT_ID", "default_project_id"]],
  ])("The error for a missing %s lists every place where it may be set", (_, work, places) => {
    const message = refusal(work);
    for (const place of [...places, HOME_FILE, "/home/me/.config/scw/config.yml", "no such file"]) {
      expect(message).toContain(place);
    }
  });
  test("The error for a missing setting names the profile of the config file", () => {
    const files = { [HOME_FILE]: "active_profile: p\nprofiles: {p: {default_region: fr-par}}" };
    expect(refusal(() => read({ files }).secretKey())).toContain(`secret_key in profile "p" in ${HOME_FILE}`);
  });

  test("No configuration error contains the secret key", () => {
    const spoilt = `${SECRET_KEY}x`;
    const sources: Given[] = [
      { stack: { "scaleway:secretKey": spoilt } },
      { env: { SCW_SECRET_KEY: spoilt } },
      { files: { [HOME_FILE]: `secret_key: ${spoilt}` } },
      { files: { [HOME_FILE]: `secret_key: "${spoilt}\n  : : [` } },
      { files: { [HOME_FILE]: `secret_key: ${spoilt}\nprofiles: [${spoilt}]` } },
      { files: { [HOME_FILE]: `${spoilt}` } },
      { env: { SCW_SECRET_KEY: spoilt, SCW_API_URL: `https://${spoilt}@api.example` } },
    ];
    for (const source of sources) {
      const message = refusal(() => read(source).secretKey());
      expect(message).not.toContain(SECRET_KEY);
      expect(message).toContain("What to do: ");
    }
  });

  test("A warning of the YAML parser, which quotes the line, does not show the secret key", () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    expect(read({ files: { [HOME_FILE]: `secret_key: !mine ${SECRET_KEY}` } }).secretKey()).toBe(SECRET_KEY);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  test.each([
    "https://api.scaleway.com",
    "https://proxy.example:8443/scw",
    "http://127.0.0.1:4180",
    "http://localhost:1",
    "http://[::1]:4180",
    "http://127.1.2.3:4180",
  ])("The API URL %s is accepted without its trailing slashes", (url) =>
    expect(read({ env: { SCW_API_URL: `${url}//` } }).apiUrl).toBe(url),
  );
  test.each([
    "http://api.scaleway.com",
    "ftp://127.0.0.1",
    "http://127.0.0.1.example.com",
    "http://128.0.0.1",
    "https://me:pw@api.example",
    "api.scaleway.com",
  ])('The API URL "%s" is refused, and the error does not show it', (url) => {
    const message = refusal(() => read({ stack: { "scaleway:apiUrl": url } }));
    expect(message).toContain("the API URL from stack config scaleway:apiUrl");
    expect(message.split("What to do")[0]).not.toContain(url);
  });
  test("The error for an invalid region names its source and the valid regions", () => {
    const config = read({ env: { SCW_DEFAULT_REGION: "us-east" } });
    expect(refusal(() => config.region)).toMatch(
      /"us-east" from SCW_DEFAULT_REGION is not a valid region\n.*fr-par, it-mil, nl-ams, pl-waw/,
    );
  });
});
