import { create, SessionSchema, SessionState } from "@qingfeng/client";
import { beforeEach, expect, test } from "vitest";
import { nextTick } from "vue";

import { session, useUnsent } from "../src/session/index.js";

const stands = async (state: SessionState) => {
  session.value = create(SessionSchema, { state });
  await nextTick();
};
/** Does the browser ask before it leaves the page? */
function asks(): boolean {
  const leaving = new Event("beforeunload", { cancelable: true });
  dispatchEvent(leaving);
  return leaving.defaultPrevented;
}
beforeEach(() => stands(SessionState.ACTIVE));

test("a message that was begun is asked about before the page goes, until it is sent or emptied", () => {
  const [one, other, again] = ["a", "b", "a"].map((about) => useUnsent(() => about));
  expect(asks()).toBe(false);
  one.value = "请补充楼层。";
  expect([again.value, other.value, asks()]).toEqual(["请补充楼层。", "", true]);
  one.value = "";
  expect([again.value, asks()]).toEqual(["", false]);
});

test("the lock takes it, and nothing is left to ask about", async () => {
  const text = useUnsent(() => "a");
  text.value = "请补充楼层。";
  await stands(SessionState.LOCKED);
  expect([text.value, asks()]).toEqual(["", false]);
});
