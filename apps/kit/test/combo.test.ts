import { flushPromises } from "@vue/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { ref } from "vue";

import { ComboField } from "../src/index.js";
import { mounted } from "./mounted.js";

const TOWNSHIPS = ["城关镇", "城东乡", "河口镇"];
let page: ReturnType<typeof mounted>;
afterEach(() => page.unmount());

/** A field whose text is kept, as a page does. */
function field(known: () => Promise<string[]>) {
  const text = ref("");
  page = mounted(ComboField, {
    props: { label: "Township", known, modelValue: "", "onUpdate:modelValue": (to: string) => ((text.value = to), page.setProps({ modelValue: to })) },
  });
  const input = page.get("input");
  const press = (key: string, more = {}) => input.trigger("keydown", { key, ...more }).then(flushPromises);
  const type = async (value: string) => (await input.setValue(value), flushPromises());
  const offered = () => (input.attributes("aria-expanded") === "true" ? page.findAll("[role=option]").map((each) => each.text()) : []);
  const active = () => document.getElementById(input.attributes("aria-activedescendant") ?? "")?.textContent?.trim();
  return { text, input, press, type, offered, active };
}

test("what is typed narrows the list to the entries that hold it, and stands although none does", async () => {
  const { text, input, type, offered } = field(async () => TOWNSHIPS);
  await input.trigger("focus");
  expect(offered()).toEqual([]);
  await type("城");
  expect(offered()).toEqual(["城关镇", "城东乡"]);
  const list = document.getElementById(input.attributes("aria-controls")!);
  expect([list?.getAttribute("role"), list?.getAttribute("aria-label")]).toEqual(["listbox", "Township"]);
  await type("关");
  expect(offered()).toEqual(["城关镇"]);
  await type("新乡");
  expect([offered(), text.value]).toEqual([[], "新乡"]);
});

test("arrows go round, Enter chooses and sends no form, Escape closes and is spent", async () => {
  const { text, input, press, offered, active } = field(async () => TOWNSHIPS);
  await input.trigger("focus");
  await press("ArrowUp");
  expect(active()).toBe("河口镇");
  await press("ArrowDown");
  expect(active()).toBe("城关镇");
  const enter = new KeyboardEvent("keydown", { key: "Enter", cancelable: true });
  input.element.dispatchEvent(enter);
  await flushPromises();
  expect([text.value, offered(), enter.defaultPrevented]).toEqual(["城关镇", [], true]);
  // The list opens whole again: what was chosen is not what is looked for.
  await press("ArrowDown");
  expect(offered()).toEqual(TOWNSHIPS);
  const escape = new KeyboardEvent("keydown", { key: "Escape", cancelable: true });
  input.element.dispatchEvent(escape);
  await flushPromises();
  expect([offered(), escape.defaultPrevented, text.value]).toEqual([[], true, "城关镇"]);
  // With nothing open both belong to whoever is around the field.
  for (const key of ["Enter", "Escape"]) {
    const free = new KeyboardEvent("keydown", { key, cancelable: true });
    input.element.dispatchEvent(free);
    expect(free.defaultPrevented).toBe(false);
  }
});

test("keys of an input method are its own", async () => {
  const { text, input, press, type, offered } = field(async () => TOWNSHIPS);
  await input.trigger("focus");
  await type("城");
  await press("ArrowDown", { isComposing: true });
  await press("Enter", { isComposing: true });
  expect([text.value, offered().length]).toEqual(["城", 2]);
});

test("an entry is pressed without the focus leaving the line", async () => {
  const { text, input, offered } = field(async () => TOWNSHIPS);
  input.element.focus();
  await input.trigger("click");
  await flushPromises();
  expect(offered()).toEqual(TOWNSHIPS);
  const down = new MouseEvent("mousedown", { bubbles: true, cancelable: true });
  page.findAll("[role=option]")[2].element.dispatchEvent(down);
  expect(down.defaultPrevented).toBe(true);
  await page.findAll("[role=option]")[2].trigger("click");
  expect([text.value, document.activeElement]).toEqual(["河口镇", input.element]);
});

test("what is known is asked for at each focus, so new names come in; where that fails the old ones stay", async () => {
  const known = vi.fn<() => Promise<string[]>>().mockRejectedValueOnce(new Error("gone")).mockResolvedValueOnce(TOWNSHIPS).mockRejectedValue(new Error("gone"));
  const { text, input, type, offered } = field(known);
  const seen = [];
  for (let visits = 0; visits < 3; visits++) {
    await input.trigger("focus");
    await type("河");
    seen.push([text.value, offered()]);
    await input.trigger("blur");
  }
  expect(seen).toEqual([["河", []], ["河", ["河口镇"]], ["河", ["河口镇"]]]);
});
