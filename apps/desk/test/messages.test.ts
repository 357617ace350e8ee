import { join } from "node:path";
import { DeviceState, RevokeMode } from "@qingfeng/client";
import { problems, valueNames } from "@qingfeng/kit/test-messages";
import { expect, test } from "vitest";

import en from "../src/messages/en.json";
import zh from "../src/messages/zh-CN.json";
import { PLACES } from "../src/places.js";

test("both languages have every message that a screen names, with the same slots", () => {
  expect(problems(zh, en, join(__dirname, "../src"))).toEqual([]);
});

test("every place has its word, and a letter of its own", () => {
  expect(Object.keys(zh.place).sort()).toEqual(PLACES.map((each) => each.name).sort());
  expect(new Set(PLACES.map((each) => each.letter)).size).toBe(PLACES.length);
});

test("every state of a device and way to revoke has its word", () => {
  expect(Object.keys(zh.device.state).sort()).toEqual(valueNames(DeviceState));
  expect(Object.keys(zh.device.revoked).sort()).toEqual(valueNames(RevokeMode));
});
