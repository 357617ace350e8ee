import { expect, test } from "vitest";

import { freeName } from "../src/attachments/names.js";

const picture = (n: number) => `图片 ${n}`;

test("files are numbered in their order, and no two have one name", () => {
  const taken: string[] = [];
  for (const ending of [".jpg", ".png", ""]) taken.push(freeName(picture, ending, taken));
  expect(taken).toEqual(["图片 1.jpg", "图片 2.png", "图片 3"]);
});

test("a name that is left over from before a file was removed is not given again, with whatever ending", () => {
  expect(freeName(picture, ".heic", ["图片 2.jpg"])).toBe("图片 3.heic");
});
