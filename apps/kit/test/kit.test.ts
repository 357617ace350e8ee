import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Role, Seen, Stage } from "@qingfeng/client";
import { expect, test } from "vitest";

import en from "../src/messages/en.json";
import zh from "../src/messages/zh-CN.json";
import { saySize } from "../src/size.js";
import { fromLocalInput, sayMoment, toLocalInput } from "../src/time.js";
import { named, paths, slots, valueNames } from "./messages.js";

test("both languages have the same messages with the same slots", () => {
  expect(slots(en)).toEqual(slots(zh));
});

test("every message that a component or an app names is there, and every role and stage has its word", () => {
  const all = new Set(paths({ kit: zh }));
  const used = named(join(__dirname, "../..")).filter((key) => key.startsWith("kit."));
  expect(used.length).toBeGreaterThan(50);
  expect(used.filter((key) => !all.has(key))).toEqual([]);
  expect(Object.keys(zh.role).sort()).toEqual(valueNames(Role));
  expect(Object.keys(zh.stage).sort()).toEqual(valueNames(Stage));
});

test("everything that an examination looks at has its word", () => {
  const vault = readFileSync(join(__dirname, "../../../proto/qingfeng/client/v1/vault.proto"), "utf8");
  const subjects = /message Finding \{\s*\/\/ (.*)\n/.exec(vault)![1].match(/\w+/g)!;
  expect(Object.keys(zh.finding).sort()).toEqual(subjects.sort());
  expect(Object.keys(zh.seen).sort()).toEqual(valueNames(Seen).filter((name) => name !== "UNSPECIFIED"));
});

const us = (text: string) => BigInt(new Date(text).getTime()) * 1000n;
const now = new Date("2026-03-15T14:00:00");

test("moments are said as people say them", () => {
  expect(sayMoment(us("2026-03-15T09:05:00"), "en", now)).toBe("today 09:05");
  expect(sayMoment(us("2026-03-14T23:59:00"), "en", now)).toBe("yesterday 23:59");
  expect(sayMoment(us("2026-03-15T09:05:00"), "zh-CN", now)).toBe("今天 09:05");
  expect(sayMoment(us("2026-03-02T09:05:00"), "zh-CN", now)).toBe("3月2日 09:05");
  expect(sayMoment(us("2025-12-31T09:05:00"), "zh-CN", now)).toBe("2025年12月31日 09:05");
});

test("sizes are said as people say them", () => {
  expect([0, 1, 19, 15_400, 312_000, 1_440_000n, 63_000_000].map((each) => saySize(each, "en"))).toEqual(
    ["0 bytes", "1 byte", "19 bytes", "15 kB", "312 kB", "1.4 MB", "63 MB"],
  );
  expect([19, 312_000].map((each) => saySize(each, "zh-CN"))).toEqual(["19字节", "312 kB"]);
});

test("a moment survives its input, and an empty input is none", () => {
  expect(fromLocalInput(toLocalInput(us("2026-03-15T09:05:00")))).toBe(us("2026-03-15T09:05:00"));
  expect([toLocalInput(0n), fromLocalInput("")]).toEqual(["", 0n]);
});
