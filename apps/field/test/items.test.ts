import { create, ItemSchema, ItemState, MessageInfoSchema, Reason, toHex } from "@qingfeng/client";
import { kitI18n } from "@qingfeng/kit";
import { mount } from "@vue/test-utils";
import { beforeEach, expect, test, vi } from "vitest";
import { defineComponent, h } from "vue";

import zh from "../src/messages/zh-CN.json";

const field = vi.hoisted(() => ({ listItems: vi.fn(), listMessages: vi.fn() }));
const syncView = vi.hoisted(() => ({ value: { waiting: 0 } }));
vi.mock("@qingfeng/kit/session", () => ({ core: { field }, syncView }));
const { allItems, groupOf, needsLook, reportsOfLost, useItemWords } = await import("../src/items.js");

const id = (n: number) => new Uint8Array(16).fill(n);
const report = (n: number, more: Partial<{ state: ItemState; reason: Reason; unread: number; messages: number }> = {}) =>
  create(ItemSchema, { itemId: id(n), kind: "report", state: ItemState.COMPLETE, ...more });
const message = (n: number, state: ItemState) => create(ItemSchema, { itemId: id(n), kind: "message", state });
const none = new Set<string>();

beforeEach(() => {
  field.listItems.mockReset();
  field.listMessages.mockReset();
  syncView.value.waiting = Reason.UNSPECIFIED;
});

test("what the office has said and nobody has read comes before everything, then what needs a look", () => {
  expect(groupOf(report(1, { unread: 1 }), none)).toBe("unread");
  const refused = report(1, { unread: 1, state: ItemState.REFUSED });
  expect([groupOf(refused, none), needsLook(refused, none)]).toEqual(["unread", true]);
  expect(groupOf(report(1, { reason: Reason.STORE_DAMAGED }), none)).toBe("trouble");
  expect(groupOf(report(1, { state: ItemState.PLACED }), none)).toBe("toSend");
  expect([groupOf(report(1), none), groupOf(report(1), new Set([toHex(id(1))]))]).toEqual(["sent", "trouble"]);
});

test("a list goes on to its end, each page after the last of the one before", async () => {
  field.listItems.mockResolvedValueOnce({ items: [report(3), report(2)], more: true }).mockResolvedValueOnce({ items: [report(1)], more: false });
  expect((await allItems("words")).map(({ itemId }) => itemId[0])).toEqual([3, 2, 1]);
  const asked = field.listItems.mock.calls.map(([request]) => [request.afterItemId?.[0], request.search]);
  expect(asked).toEqual([[undefined, "words"], [2, "words"]]);
});

test("a message that was refused leads to its report; without one no report is asked", async () => {
  expect(await reportsOfLost([report(1, { messages: 1 }), message(9, ItemState.PLACED)])).toEqual(none);
  expect(field.listMessages).not.toHaveBeenCalled();
  field.listMessages.mockImplementation(async ({ itemId }) => ({
    messages: itemId[0] === 2 ? [create(MessageInfoSchema, { itemId: id(9) })] : [],
  }));
  const items = [message(9, ItemState.REFUSED), report(1, { messages: 1 }), report(2, { messages: 1 }), report(3)];
  expect(await reportsOfLost(items)).toEqual(new Set([toHex(id(2))]));
  expect(field.listMessages.mock.calls.map(([request]) => [request.itemId[0], request.markRead])).toEqual([[1, undefined], [2, undefined]]);
});

test("nothing is said to be on its way while it waits, and nothing that was refused ever is", () => {
  let say!: ReturnType<typeof useItemWords>;
  const plugins = [kitI18n({ "zh-CN": zh, en: {} }, "zh-CN")];
  mount(defineComponent({ setup: () => ((say = useItemWords()), () => h("p")) }), { global: { plugins } });
  const said = (state: ItemState) => say(report(1, { state }));
  expect([said(ItemState.PLACED), said(ItemState.PROVEN)]).toEqual([expect.stringContaining("在路上"), expect.stringContaining("还在路上")]);
  for (const state of [ItemState.REFUSED, ItemState.DAMAGED, ItemState.UNSPECIFIED]) expect(said(state)).not.toMatch(/在路上|已收到/);
  syncView.value.waiting = Reason.UNREACHABLE;
  expect([said(ItemState.PLACED), said(ItemState.PROVEN)]).toEqual([expect.stringContaining("待送达"), expect.stringContaining("附件待送达")]);
});
