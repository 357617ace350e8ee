import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ItemState, Role, Stage } from "@qingfeng/client";
import { paths, slots } from "@qingfeng/kit/test-messages";
import { expect, test } from "vitest";

import en from "../src/messages/en.json";
import zh from "../src/messages/zh-CN.json";

const SOURCES = join(__dirname, "../src");
const text = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(vue|ts)$/.test(name))
  .map((name) => readFileSync(join(SOURCES, name), "utf8"))
  .join("\n");
// Keys inside a call of t(), which may choose among several.
const used = [...text.matchAll(/(?<![\w.])t\(([^()]*)/g)].flatMap(([, inside]) =>
  [...inside.matchAll(/["']([a-z]+(?:\.[A-Za-z]+)+)["']/g)].map((found) => found[1]),
);

test("both languages have the same messages with the same slots", () => {
  expect(slots(en)).toEqual(slots(zh));
});

test("every message that a screen names is there", () => {
  const all = new Set(paths(zh));
  const named = used.filter((key) => !key.startsWith("kit."));
  expect(named.length).toBeGreaterThan(60);
  expect(named.filter((key) => !all.has(key))).toEqual([]);
});

test("every state, stage and role has its word", () => {
  const names = (of: object) => Object.keys(of).filter((key) => Number.isNaN(Number(key))).sort();
  expect(Object.keys(zh.state).sort()).toEqual(names(ItemState));
  expect(Object.keys(zh.stage).sort()).toEqual(names(Stage));
  expect(Object.keys(zh.role).sort()).toEqual(names(Role));
});
