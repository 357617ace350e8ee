import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { creditPayload, decodeFrame, encodeFrame, Kind, startPayload } from "../src/bridge/frames.js";
import { fromPort, toPort } from "../src/bridge/port.js";
import { fromHex, toHex } from "../src/bytes.js";

// The same file tells the app's side (mobile-bindings/android) how frames look.
const FRAMES = JSON.parse(readFileSync("tests/bindings/cases/frames.json", "utf8"));

const bytesOf = (hex: string) => (hex === "" ? new Uint8Array(0) : fromHex(hex)!);

test.each<{ name: string; kind: keyof typeof Kind; number: number; payload: string; frame: string }>(FRAMES.frames)(
  "$name",
  ({ kind, number, payload, frame }) => {
    expect(toHex(encodeFrame(Kind[kind], number, bytesOf(payload)))).toBe(frame);
    const decoded = decodeFrame(bytesOf(frame))!;
    expect([decoded.kind, decoded.number, toHex(decoded.payload)]).toEqual([Kind[kind], number, payload]);
  },
);

test.each<{ name: string; bytes: string }>(FRAMES.broken)("no frame: $name", ({ bytes }) => {
  expect(decodeFrame(bytesOf(bytes))).toBeNull();
});

test("the payloads of a START and a CREDIT", () => {
  const { start, credit } = FRAMES.payloads;
  expect(toHex(startPayload(start.method, bytesOf(start.request), start.window, start.attended))).toBe(start.payload);
  expect(toHex(creditPayload(credit.count))).toBe(credit.payload);
});

test("a frame is found in the middle of a buffer", () => {
  const frame = encodeFrame(Kind.MESSAGE, 7, Uint8Array.of(1, 2, 3));
  const around = new Uint8Array(frame.length + 4);
  around.set(frame, 3);
  expect(toHex(decodeFrame(around.subarray(3, 3 + frame.length))!.payload)).toBe("010203");
});

test.each([0, 1, 2, 3, 100_000])("%d bytes pass as binary and as base64", (size) => {
  const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) & 255);
  for (const binary of [true, false]) {
    const data = toPort(bytes, binary);
    expect(typeof data).toBe(binary ? "object" : "string");
    expect(toHex(fromPort(data)!)).toBe(toHex(bytes)); // a comparison of 100,000 elements takes seconds
  }
});

test("what is no base64 is no frame", () => {
  expect(fromPort("%%%")).toBeNull();
});
