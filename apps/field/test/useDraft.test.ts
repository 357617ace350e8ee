import { Code, create, QingfengError, Reason, ReportSchema } from "@qingfeng/client";
import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { defineComponent, h } from "vue";

const field = vi.hoisted(() => ({ getDraft: vi.fn(), saveDraft: vi.fn() }));
const hints = vi.hoisted(() => ({ look: () => {}, save: async () => {} }));
vi.mock("@qingfeng/kit/session", () => ({
  core: { field },
  onChange: (_: string[], look: () => void) => (hints.look = look),
  saveBeforeLock: (save: () => Promise<void>) => (hints.save = save),
}));
const { useDraft } = await import("../src/useDraft.js");

const draftId = new Uint8Array(16);
async function open() {
  let draft!: ReturnType<typeof useDraft>;
  const page = mount(defineComponent({ setup: () => ((draft = useDraft(draftId)), () => h("p")) }));
  await vi.advanceTimersByTimeAsync(0);
  return { draft, page };
}
const stored = (what: string, savedAtUs: bigint) => ({
  draft: { report: create(ReportSchema, { what }), savedAtUs, urgent: false, files: [] },
});
async function hint() {
  hints.look();
  await vi.advanceTimersByTimeAsync(0);
}
const saved = () => field.saveDraft.mock.calls.map(([request]) => request.report.what);
const failure = () => new QingfengError("no space", Code.ResourceExhausted, Reason.DISK_FULL);

beforeEach(() => {
  vi.useFakeTimers();
  field.saveDraft.mockReset().mockResolvedValue({ savedAtUs: 5n });
  field.getDraft.mockReset().mockResolvedValue(stored("before", 1n));
});
afterEach(() => vi.useRealTimers());

test("what is only looked at is not saved", async () => {
  const { draft } = await open();
  await vi.advanceTimersByTimeAsync(5_000);
  expect([draft.report.value?.what, saved()]).toEqual(["before", []]);
});

test("somebody who types without a pause is saved every half second, not only at the end", async () => {
  const { draft } = await open();
  for (let n = 1; n <= 10; n++) {
    draft.report.value!.what = `typed ${n}`;
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(saved()).toEqual(["typed 5", "typed 10"]);
  expect(draft.saving.value).toBe("saved");
});

test("what is typed while a save is under way is saved after it, never beside it", async () => {
  const { draft } = await open();
  let finish!: (_: object) => void;
  field.saveDraft.mockReturnValueOnce(new Promise((done) => (finish = done)));
  draft.report.value!.what = "first";
  await vi.advanceTimersByTimeAsync(600);
  draft.report.value!.what = "second";
  await vi.advanceTimersByTimeAsync(2_000);
  expect(saved()).toEqual(["first"]);
  finish({});
  await vi.advanceTimersByTimeAsync(1_000);
  expect([saved(), draft.saving.value]).toEqual([["first", "second"], "saved"]);
});

test("a save that failed says so and is tried again", async () => {
  const { draft } = await open();
  field.saveDraft.mockRejectedValueOnce(failure());
  draft.report.value!.what = "kept";
  await vi.advanceTimersByTimeAsync(600);
  expect([draft.saving.value, draft.error.value?.reasonName]).toEqual(["failed", "DISK_FULL"]);
  await vi.advanceTimersByTimeAsync(4_000);
  expect([draft.saving.value, draft.error.value, saved().length]).toEqual(["saved", null, 2]);
});

test("what was typed just now is saved before a lock", async () => {
  const { draft } = await open();
  draft.report.value!.what = "somebody comes";
  await vi.advanceTimersByTimeAsync(10);
  await hints.save();
  expect(saved()).toEqual(["somebody comes"]);
});

test("leaving the page saves at once, and a page that goes does too", async () => {
  const { draft, page } = await open();
  draft.report.value!.what = "hidden";
  await vi.advanceTimersByTimeAsync(10);
  window.dispatchEvent(new Event("pagehide"));
  expect(saved()).toEqual(["hidden"]);
  await vi.advanceTimersByTimeAsync(10);
  draft.report.value!.what = "left";
  await vi.advanceTimersByTimeAsync(10);
  page.unmount();
  expect(saved()).toEqual(["hidden", "left"]);
});

test("a page that has gone does not go on trying: the store may be locked by now", async () => {
  const { draft, page } = await open();
  field.saveDraft.mockRejectedValue(failure());
  draft.report.value!.what = "locked out";
  await vi.advanceTimersByTimeAsync(10);
  page.unmount();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(saved()).toEqual(["locked out"]);
});

test("what another tab has saved shows here, and is not saved back", async () => {
  const { draft } = await open();
  field.getDraft.mockResolvedValue(stored("from elsewhere", 9n));
  await hint();
  await vi.advanceTimersByTimeAsync(5_000);
  expect([draft.report.value?.what, saved()]).toEqual(["from elsewhere", []]);
  draft.report.value!.what = "and on";
  await vi.advanceTimersByTimeAsync(600);
  expect(saved()).toEqual(["and on"]);
});

test("what is being typed here is not overwritten by another tab, nor by an answer older than the last save", async () => {
  const { draft } = await open();
  field.getDraft.mockResolvedValue(stored("from elsewhere", 3n));
  draft.report.value!.what = "mine";
  await vi.advanceTimersByTimeAsync(10);
  await hint();
  expect(draft.report.value?.what).toBe("mine");
  await vi.advanceTimersByTimeAsync(600);
  await hint();
  expect([draft.report.value?.what, saved()]).toEqual(["mine", ["mine"]]);
});

test("a draft that was filed elsewhere is gone, and nothing goes on trying to save it", async () => {
  const { draft } = await open();
  field.getDraft.mockRejectedValue(new QingfengError("no such draft", Code.NotFound, Reason.NOT_FOUND));
  field.saveDraft.mockRejectedValue(new QingfengError("no such draft", Code.NotFound, Reason.NOT_FOUND));
  draft.report.value!.what = "too late";
  await hint();
  expect(draft.gone.value).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(saved()).toEqual(["too late"]);
});
