import { expect, test, vi } from "vitest";
import { flushPromises } from "@vue/test-utils";

import { mounted } from "./mounted.js";

const changePin = vi.fn().mockResolvedValue({});
vi.mock("../src/session/core.js", () => ({ core: { vault: { changePin } } }));

// What was missing was told to screen readers alone; to everybody else the button seemed dead.
test("another PIN is asked for line by line: what is missing is marked and takes the focus", async () => {
  const { default: PinForm } = await import("../src/session/PinForm.vue");
  const page = mounted(PinForm);
  const [old, first, second] = page.findAll("input");
  const submit = async () => {
    await page.get("form").trigger("submit");
    await flushPromises();
    return page.findAll("input").map((each) => each.attributes("aria-invalid") === "true");
  };
  expect([await submit(), document.activeElement]).toEqual([[true, true, true], old.element]);
  await old.setValue("amber");
  expect([await submit(), document.activeElement]).toEqual([[false, true, true], first.element]);
  await first.setValue("river");
  await second.setValue("lantern");
  expect([await submit(), document.activeElement]).toEqual([[false, false, true], second.element]);
  expect(changePin).not.toHaveBeenCalled();
  await second.setValue("river");
  expect(await submit()).toEqual([false, false, false]);
  expect(changePin).toHaveBeenCalledWith({ oldPin: "amber", newPin: "river" });
  expect(page.findAll("input").map((each) => each.element.value)).toEqual(["", "", ""]);
  page.unmount();
});
