import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { defineComponent, h } from "vue";

import { keysOn, useKeys } from "../src/keys.js";

const go = vi.fn((letter: string) => letter === "d");
const help = vi.fn();
let page: ReturnType<typeof mount>;

beforeEach(() => {
  go.mockClear();
  help.mockClear();
  keysOn.value = true;
  const fields = () => [h("input"), h("textarea"), h("select"), h("dialog")];
  page = mount(defineComponent({ setup: () => (useKeys(go, help), () => h("div", fields())) }), { attachTo: document.body });
});
afterEach(() => page.unmount());

function press(key: string, more: KeyboardEventInit & { on?: Element; atMs?: number } = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  if (more.atMs !== undefined) Object.defineProperty(event, "timeStamp", { value: more.atMs });
  (more.on ?? document.body).dispatchEvent(event);
}

test("g and a letter go there; a letter alone, or too late, does not", () => {
  press("d", { atMs: 10_000 });
  press("g", { atMs: 10_100 });
  press("d", { atMs: 10_200 });
  expect(go.mock.calls).toEqual([["d"]]);
  press("d", { atMs: 10_300 });
  press("g", { atMs: 11_000 });
  press("d", { atMs: 13_000 });
  expect(go.mock.calls).toEqual([["d"]]);
});

test("nothing fires while somebody types, composes, holds a modifier or has a sheet open", () => {
  for (const name of ["input", "textarea", "select"]) {
    press("g", { on: page.find(name).element });
    press("d", { on: page.find(name).element });
    press("?", { on: page.find(name).element });
  }
  press("?", { isComposing: true });
  press("?", { ctrlKey: true });
  page.find("dialog").element.setAttribute("open", "");
  press("?");
  expect([go.mock.calls, help.mock.calls]).toEqual([[], []]);
  page.find("dialog").element.removeAttribute("open");
  press("?");
  expect(help).toHaveBeenCalledTimes(1);
});

test("they can be turned off", () => {
  keysOn.value = false;
  press("?");
  press("g");
  press("d");
  expect([go.mock.calls, help.mock.calls]).toEqual([[], []]);
});
