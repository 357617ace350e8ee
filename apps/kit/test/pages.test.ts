import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const APPS = join(__dirname, "../..");

// Spelling, translation and suggestions of a browser may ask a service far away, with what is typed or shown.
test("every app's page, and with it each of its fields, is kept from the browser's services", () => {
  for (const app of ["field", "desk"]) {
    const page = new DOMParser().parseFromString(readFileSync(join(APPS, app, "index.html"), "utf8"), "text/html");
    const root = page.documentElement;
    expect(["translate", "spellcheck", "writingsuggestions"].map((name) => root.getAttribute(name))).toEqual(["no", "false", "false"]);
    expect(page.querySelector("meta[name=google]")?.getAttribute("content")).toBe("notranslate");
  }
});

// A browser keeps the titles of its tabs; tests/e2e/web/profile_test.mjs looks into one.
test("one place alone says what the tab is called, and nothing turns the browser's services on again", () => {
  const sources = ["kit", "field", "desk"].flatMap((app) =>
    readdirSync(join(APPS, app, "src"), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(vue|ts)$/.test(name))
      .map((name) => join(app, "src", name)),
  );
  const holding = (text: RegExp) => sources.filter((name) => text.test(readFileSync(join(APPS, name), "utf8")));
  expect(holding(/document\.title/)).toEqual([join("kit", "src", "session", "start.ts")]);
  expect(holding(/spellcheck|writingsuggestions|translate="yes"/)).toEqual([]);
});
