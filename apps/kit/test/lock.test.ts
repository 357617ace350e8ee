import { create, SessionSchema, SessionState } from "@qingfeng/client";
import { flushPromises } from "@vue/test-utils";
import { computed, h } from "vue";
import { expect, test, vi } from "vitest";

import { LOCK, LockButton, PageFrame } from "../src/index.js";
import { mounted } from "./mounted.js";

const said: string[] = [];
const locked = { session: create(SessionSchema, { state: SessionState.LOCKED }) };
vi.mock("../src/session/core.js", () => ({ core: { vault: { lock: async () => (said.push("locked"), locked) } } }));

const buttons = (page: ReturnType<typeof mounted>) => page.findAll("button").map((each) => each.text());

test("every page has a lock in its frame, and none where nothing can be locked", async () => {
  const lock = vi.fn(async () => {});
  const provided = (act: (() => Promise<void>) | null) => ({
    setup: () => () => h(PageFrame, { title: "Report", back: true }),
    provide: { [LOCK as symbol]: computed(() => act) },
  });
  let page = mounted(provided(lock));
  expect(buttons(page)).toEqual([expect.stringContaining("Back"), "Lock"]);
  await page.getComponent(LockButton).get("button").trigger("click");
  expect(lock).toHaveBeenCalledTimes(1);
  page.unmount();
  page = mounted(provided(null));
  expect(buttons(page)).toEqual([expect.stringContaining("Back")]);
  page.unmount();
});

// What was typed in the last half second was refused by a store that was locked already.
test("the lock waits for what is being saved, and no longer than a second", async () => {
  vi.useFakeTimers();
  const { lock, saveBeforeLock, session } = await import("../src/session/live.js");
  const page = mounted({
    setup() {
      saveBeforeLock(async () => void said.push("saved"));
      saveBeforeLock(() => new Promise(() => {}));
      return () => null;
    },
  });
  void lock();
  await vi.advanceTimersByTimeAsync(500);
  expect(said).toEqual(["saved"]);
  await vi.advanceTimersByTimeAsync(600);
  expect([said, session.value?.state]).toEqual([["saved", "locked"], SessionState.LOCKED]);
  page.unmount();
  vi.useRealTimers();
  await lock();
  await flushPromises();
  expect(said.filter((each) => each === "saved")).toHaveLength(1);
});
