import { afterEach, beforeEach, expect, test, vi } from "vitest";

let other: BroadcastChannel; // another tab
let heard: { name: string; value?: string }[];

beforeEach(() => {
  vi.resetModules();
  sessionStorage.clear();
  vi.stubGlobal("matchMedia", () => Object.assign(new EventTarget(), { matches: false }));
  heard = [];
  other = new BroadcastChannel("qingfeng.kept");
  other.onmessage = ({ data }) => heard.push(data);
});
afterEach(() => {
  other.close();
  vi.unstubAllGlobals();
});

async function open() {
  const appearance = await import("../src/appearance.js");
  appearance.applyAppearance();
  return appearance;
}
const asked = () => vi.waitFor(() => expect(heard).toEqual([{ name: "text" }, { name: "scheme" }]));

test("a second tab tells the others nothing and asks for what they have", async () => {
  const { textSize } = await open();
  await asked();
  other.postMessage({ name: "text", value: "large" });
  await vi.waitFor(() => expect(textSize.value).toBe("large"));
  expect(document.documentElement.dataset.text).toBe("large");
});

test("a tab tells what was chosen in it, also one that asks later", async () => {
  const { textSize } = await open();
  await asked();
  heard.length = 0;
  textSize.value = "largest";
  await vi.waitFor(() => expect(heard).toEqual([{ name: "text", value: "largest" }]));
  heard.length = 0;
  other.postMessage({ name: "text" });
  await vi.waitFor(() => expect(heard).toContainEqual({ name: "text", value: "largest" }));
});
