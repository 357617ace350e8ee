import { join } from "node:path";
import { ItemState, Stage } from "@qingfeng/client";
import { named, paths, slots, valueNames } from "@qingfeng/kit/test-messages";
import { expect, test } from "vitest";

import en from "../src/messages/en.json";
import zh from "../src/messages/zh-CN.json";

test("both languages have the same messages with the same slots", () => {
  expect(slots(en)).toEqual(slots(zh));
});

test("every message that a screen names is there", () => {
  const all = new Set(paths(zh));
  const own = named(join(__dirname, "../src")).filter((key) => !key.startsWith("kit."));
  expect(own.length).toBeGreaterThan(50);
  expect(own.filter((key) => !all.has(key))).toEqual([]);
});

test("every state and stage has its word", () => {
  expect(Object.keys(zh.state).sort()).toEqual(valueNames(ItemState));
  expect(Object.keys(zh.stage).sort()).toEqual(valueNames(Stage));
});
