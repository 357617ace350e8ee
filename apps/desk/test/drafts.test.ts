import { create, SessionSchema, SessionState } from "@qingfeng/client";
import { session } from "@qingfeng/kit/session";
import { beforeEach, expect, test } from "vitest";
import { nextTick } from "vue";

import { draftOf, writeDraft } from "../src/register/drafts.js";

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

test("an answer that was begun is asked about before the page goes, until it is sent or emptied", () => {
  expect(asks()).toBe(false);
  writeDraft("a", "请补充楼层。");
  expect([draftOf("a"), draftOf("b"), asks()]).toEqual(["请补充楼层。", "", true]);
  writeDraft("a", "");
  expect([draftOf("a"), asks()]).toEqual(["", false]);
});

test("the lock takes it, and nothing is left to ask about", async () => {
  writeDraft("a", "请补充楼层。");
  await stands(SessionState.LOCKED);
  expect([draftOf("a"), asks()]).toEqual(["", false]);
});
