import { afterEach, expect, test } from "vitest";
import { h } from "vue";

import { ICONS, type IconName } from "../src/icons.js";
import { KitButton, KitIcon } from "../src/index.js";
import { mounted } from "./mounted.js";

let page: ReturnType<typeof mounted>;
afterEach(() => page?.unmount());

test.each(Object.keys(ICONS) as IconName[])("%s is drawn, silent, and as large and as dark as its text", (name) => {
  page = mounted(KitIcon, { props: { name } });
  const drawn = page.get("svg");
  expect(drawn.element.childElementCount).toBeGreaterThan(0);
  expect([drawn.attributes("aria-hidden"), drawn.find("title").exists()]).toEqual(["true", false]);
  expect([drawn.attributes("width"), drawn.attributes("height"), drawn.attributes("stroke")]).toEqual(["1.25em", "1.25em", "currentColor"]);
});

test("no two names are drawn alike", () => {
  const drawings = Object.keys(ICONS).map((name) => mounted(KitIcon, { props: { name } }).get("svg").element.innerHTML);
  expect(new Set(drawings).size).toBe(drawings.length);
});

test("the words of a button with an icon are its whole name", () => {
  page = mounted(KitButton, { props: { icon: "lock" }, slots: { default: "Lock" } });
  expect([page.get("button").text(), page.findAll("svg").length]).toEqual(["Lock", 1]);
});

// A name that is not there does not compile: `npm run check` fails where this is no error.
// @ts-expect-error
h(KitIcon, { name: "rocket" });
