import { expect, test } from "vitest";

import { sameLine } from "../src/paper.js";

const LINE = "4TH-0KM-Q1A-B2C-D3E-F4G-H5J";

test("a line is the same however a person copies it, and another line is not", () => {
  expect(sameLine(LINE, LINE)).toBe(true);
  expect(sameLine(LINE, "4th okm qla b2c d3e f4g h5j ")).toBe(true);
  expect(sameLine(LINE, "4TH0KMQIAB2CD3EF4GH5J")).toBe(true);
  expect(sameLine(LINE, "4TH-0KM-Q1A-B2C-D3E-F4G-H5K")).toBe(false);
  expect(sameLine(LINE, LINE.slice(0, -4))).toBe(false);
  expect(sameLine(LINE, "")).toBe(false);
});
