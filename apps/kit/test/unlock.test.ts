import { create, SessionSchema, SessionState } from "@qingfeng/client";
import { flushPromises } from "@vue/test-utils";
import { expect, test, vi } from "vitest";

import { mounted } from "./mounted.js";

const session = (state: SessionState) => create(SessionSchema, { state });
const unlock = vi.fn();
vi.mock("../src/session/core.js", () => ({ core: { vault: { unlock } } }));

// A device that was certified while it was locked learns it within the first exchange, which can be quicker than the
// answer to the PIN: the screen went on saying that it waits for the office.
test("what Watch has told meanwhile is not undone by the answer to the PIN", async () => {
  const [{ default: UnlockPage }, live] = await Promise.all([import("../src/session/UnlockPage.vue"), import("../src/session/live.js")]);
  live.session.value = session(SessionState.LOCKED);
  unlock.mockImplementation(async () => {
    live.session.value = session(SessionState.ACTIVE);
    return { session: session(SessionState.PROVISIONAL) };
  });
  const page = mounted(UnlockPage, { props: { session: live.session.value } });
  await page.get("input").setValue("amber");
  await page.get("form").trigger("submit");
  await flushPromises();
  expect(unlock).toHaveBeenCalledWith({ pin: "amber" });
  expect(live.session.value.state).toBe(SessionState.ACTIVE);
  page.unmount();
});

// An empty line pressed by mistake counted as a wrong PIN, and made the next wait longer.
test("nothing typed is no try: the line is marked and takes the focus", async () => {
  const { default: UnlockPage } = await import("../src/session/UnlockPage.vue");
  unlock.mockClear();
  const page = mounted(UnlockPage, { props: { session: session(SessionState.LOCKED) } });
  await flushPromises(); // the heading has the focus first
  await page.get("form").trigger("submit");
  expect([unlock.mock.calls.length, page.get("input").attributes("aria-invalid")]).toEqual([0, "true"]);
  expect(document.activeElement).toBe(page.get("input").element);
  page.unmount();
});
