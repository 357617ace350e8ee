import { join } from "node:path";
import { ItemState } from "@qingfeng/client";
import { problems, valueNames } from "@qingfeng/kit/test-messages";
import { expect, test } from "vitest";

import en from "../src/messages/en.json";
import zh from "../src/messages/zh-CN.json";

test("both languages have every message that a screen names, with the same slots", () => {
  expect(problems(zh, en, join(__dirname, "../src"))).toEqual([]);
});

test("every state has its word", () => {
  expect(Object.keys(zh.state).sort()).toEqual(valueNames(ItemState));
});
