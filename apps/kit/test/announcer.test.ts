import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { h, nextTick } from "vue";

import { announce, announceUnseen, hush, LiveRegion, ModalDialog } from "../src/index.js";
import { mounted } from "./mounted.js";

let page: ReturnType<typeof mounted>;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  hush();
  page.unmount();
  document.body.replaceChildren();
  vi.useRealTimers();
});
async function pass(ms: number) {
  vi.advanceTimersByTime(ms);
  await nextTick();
}

// Fifty things that had happened were told to screen readers alone.
test("what is announced is seen and heard, and goes by itself", async () => {
  page = mounted(LiveRegion);
  expect(page.get("[role=status]").attributes("aria-live")).toBe("polite");
  announce("Saved");
  await pass(100);
  expect(page.get("[role=status] .toast").text()).toBe("Saved");
  await pass(10_000);
  expect(page.text()).toBe("");
});

test("what the screen shows already is heard alone", async () => {
  page = mounted(LiveRegion);
  announceUnseen("3 entries found");
  await pass(100);
  expect([page.find(".toast").exists(), page.get(".unseen").text()]).toEqual([false, "3 entries found"]);
});

test("the lock takes back what is being said, and what is about to be", async () => {
  page = mounted(LiveRegion);
  announce("list.jpg is in");
  hush();
  await pass(100);
  expect(page.text()).toBe("");
  announce("list.jpg is in");
  await pass(100);
  hush();
  await nextTick();
  expect(page.text()).toBe("");
});

// Behind an open sheet nothing is read aloud.
test("it is said in the sheet that is open, and on the page again once that is closed", async () => {
  page = mounted({ render: () => [h(LiveRegion), h(ModalDialog, { title: "Camera" })] });
  const sheet = page.getComponent(ModalDialog);
  const where = () => page.find(".toast").element?.closest("dialog")?.tagName ?? "page";
  await (sheet.vm as unknown as { open(): Promise<void> }).open();
  announce("1 picture taken");
  await pass(100);
  expect([page.findAll(".toast").length, where()]).toEqual([1, "DIALOG"]);
  await sheet.get("button").trigger("click");
  expect(page.find(".toast").exists()).toBe(false);
  announce("The picture is in");
  await pass(100);
  expect([page.findAll(".toast").length, where()]).toEqual([1, "page"]);
});

test("it stands where it hides no button, and moves when one comes to lie below it", async () => {
  const rect = (top: number, bottom: number) => ({ top, bottom, left: 0, right: 360, width: 360, height: bottom - top }) as DOMRect;
  const spots = new Map<string, DOMRect>([["low", rect(innerHeight - 60, innerHeight - 10)]]);
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(function (this: HTMLElement) {
    const above = parseFloat(this.style.bottom || "16");
    return spots.get(this.id) ?? rect(innerHeight - above - 44, innerHeight - above);
  });
  page = mounted({ render: () => [h(LiveRegion), h("button", { id: "low" }), h("button", { id: "next" })] });
  spots.set("next", rect(-50, -10));
  announce("Saved");
  await pass(100);
  const above = () => parseFloat(page.get<HTMLElement>(".toast").element.style.bottom);
  expect(above()).toBeGreaterThanOrEqual(60);
  spots.set("next", rect(innerHeight - 120, innerHeight - 70));
  await pass(300);
  expect(above()).toBeGreaterThanOrEqual(120);
  vi.restoreAllMocks();
});
