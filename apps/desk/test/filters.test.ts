import { create, SessionSchema, SessionState, Stage } from "@qingfeng/client";
import { session } from "@qingfeng/kit/session";
import { expect, test } from "vitest";
import { nextTick } from "vue";

import { filters, isNarrowed, none, takeQuery, toQuery, toRequest } from "../src/register/filters.js";

test("words and the township stand in no address, and everything else comes back from it", () => {
  const narrowed = {
    ...none(),
    ...{ words: "贿选", township: "城关镇", violation: "ban.canvassing", stage: Stage.VETTING, from: "2026-03-15" },
    ...{ until: "2026-03-16", caseNumber: 7, unanswered: true, late: true },
  };
  const query = toQuery(narrowed);
  expect(JSON.stringify(query)).not.toMatch(/贿选|城关镇/);
  const taken = { ...none(), words: "贿选", township: "城关镇" };
  takeQuery(taken, query);
  expect(taken).toEqual(narrowed);
});

test("an address that means nothing narrows nothing", () => {
  const taken = none();
  takeQuery(taken, { stage: "9", from: "yesterday", case: "-1", violation: "<b>", urgent: ["1", "1"], other: "x" });
  expect(taken).toEqual(none());
  expect(isNarrowed(taken)).toBe(false);
});

test("a period holds its last day to the end", () => {
  const { fromUs, untilUs } = toRequest({ ...none(), from: "2026-03-15", until: "2026-03-15" });
  expect(new Date(Number(fromUs) / 1000)).toEqual(new Date(2026, 2, 15));
  expect(new Date(Number(untilUs) / 1000)).toEqual(new Date(2026, 2, 16));
  expect(toRequest(none())).toMatchObject({ fromUs: 0n, untilUs: 0n });
});

test("the lock takes what was looked for", async () => {
  session.value = create(SessionSchema, { state: SessionState.ACTIVE });
  await nextTick();
  Object.assign(filters, { words: "张三", township: "城关镇", urgent: true });
  session.value = create(SessionSchema, { state: SessionState.LOCKED });
  await nextTick();
  expect({ ...filters }).toEqual(none());
});
