import { expect, test } from "vitest";

import { kindOf, maxBytesOf, safeType, SHOWN_MAX_BYTES, TEXT_MAX_BYTES } from "../src/evidence/kind.js";
import { textOf } from "../src/evidence/text.js";

test("what could carry a program is not shown and never gets its own type", () => {
  for (const type of ["text/html", "image/svg+xml", "application/pdf", "application/xhtml+xml", "text/xml", "", "image/*"]) {
    expect(kindOf(type), type).toBe("other");
    expect(safeType(type), type).toBe("application/octet-stream");
  }
});

test("pictures, sound, video and text are, however their type is written", () => {
  expect(kindOf("image/jpeg")).toBe("picture");
  expect(kindOf("Audio/Mpeg")).toBe("sound");
  expect(kindOf("video/mp4; codecs=avc1")).toBe("video");
  expect(safeType("text/plain; charset=utf-8")).toBe("text/plain");
});

test("text has a limit of its own", () => {
  expect(maxBytesOf("text")).toBe(TEXT_MAX_BYTES);
  expect(maxBytesOf("video")).toBe(SHOWN_MAX_BYTES);
});

test("text is read as it was written: UTF-8, or GBK of Chinese Windows", () => {
  const bytes = (hex: string) => new Uint8Array(hex.match(/../g)?.map((byte) => parseInt(byte, 16)) ?? []);
  expect(textOf(bytes("e4ba8ce6a18c"))).toBe("二桌");
  expect(textOf(bytes("efbbbfe4ba8ce6a18c"))).toBe("二桌");
  expect(textOf(bytes("b6fed7c0"))).toBe("二桌");
  expect(textOf(bytes(""))).toBe("");
});
