import { expect, test, vi } from "vitest";
import { nextTick, ref } from "vue";

import { useNeeds } from "../src/needs.js";

test("nothing is marked before the form is sent; then what is lacking is until it is given, and the first has the focus", async () => {
  const [name, place] = [ref(""), ref("")];
  const focus = { name: vi.fn(), place: vi.fn() };
  const { wrong, complete } = useNeeds({
    name: { lacks: () => (name.value ? "" : "no name"), at: () => ({ focus: focus.name }) },
    place: { lacks: () => (place.value ? "" : "no place"), at: () => ({ focus: focus.place }) },
  });
  expect(wrong.value).toEqual({});
  expect(complete()).toBe(false);
  await nextTick();
  expect(wrong.value).toEqual({ name: "no name", place: "no place" });
  expect([focus.name.mock.calls.length, focus.place.mock.calls.length]).toEqual([1, 0]);
  name.value = "赵";
  expect(wrong.value).toEqual({ name: "", place: "no place" });
  place.value = "东寨";
  expect(complete()).toBe(true);
});
