import { Blob as NodeBlob } from "node:buffer";
import { Code, QingfengError, Reason } from "@qingfeng/client";
import { mount } from "@vue/test-utils";
import { beforeEach, expect, test, vi } from "vitest";
import { defineComponent, h, shallowRef } from "vue";

const field = vi.hoisted(() => ({ putFilePart: vi.fn(), attachFile: vi.fn(), detachFile: vi.fn() }));
vi.mock("@qingfeng/kit/session", () => ({ core: { field } }));
const { FILE_BYTES_MAX } = await import("../src/attachments/attach.js");
const { useAttachments } = await import("../src/attachments/useAttachments.js");

const sha256 = new Uint8Array([7]);
const attached = vi.fn();
// jsdom's own has no bytes to give.
const file = (size: number, name = "a.bin") => ({ bytes: new NodeBlob([new Uint8Array(size)]) as unknown as Blob, name, mediaType: "", keepMetadata: false });
function open() {
  let files!: ReturnType<typeof useAttachments>;
  const page = mount(defineComponent({ setup: () => ((files = useAttachments(new Uint8Array(16), shallowRef([]), attached)), () => h("p")) }));
  return { files, page };
}
const info = { sha256 } as Parameters<ReturnType<typeof useAttachments>["remove"]>[0];

beforeEach(() => {
  attached.mockReset();
  field.putFilePart.mockReset().mockResolvedValue({});
  field.attachFile.mockReset().mockResolvedValue({ file: { sha256 } });
  field.detachFile.mockReset().mockResolvedValue({});
});

test("a file goes in pieces of 1 MiB, each at the end of those before it, under one id; an empty one in one", async () => {
  const { files } = open();
  files.add(file(2.5 * 1024 * 1024));
  files.add(file(0));
  expect(await files.settle()).toBe(true);
  const parts = field.putFilePart.mock.calls.map(([part]) => part);
  expect(parts.map(({ offset, data }) => [offset, data.length])).toEqual([[0n, 1048576], [1048576n, 1048576], [2097152n, 524288], [0n, 0]]);
  const ids = field.attachFile.mock.calls.map(([request]) => request.source.value);
  expect([parts[0].fileId, parts[2].fileId, parts[3].fileId]).toEqual([ids[0], ids[0], ids[1]]);
  expect(ids[0]).not.toEqual(ids[1]);
});

test("a file beyond what the core takes is not even begun", async () => {
  const { files } = open();
  files.add({ ...file(0), bytes: { size: FILE_BYTES_MAX + 1 } as Blob });
  expect(await files.settle()).toBe(false);
  expect([files.coming[0].obstacle, field.putFilePart.mock.calls.length]).toEqual(["tooLarge", 0]);
});

test("a picture that cannot be cleaned waits for a decision, and the next file goes on", async () => {
  const { files } = open();
  field.attachFile.mockRejectedValueOnce(new QingfengError("no", Code.InvalidArgument, Reason.ATTACHMENT_TYPE));
  files.add(file(1, "a.heic"));
  files.add(file(1, "b.txt"));
  expect(await files.settle()).toBe(false);
  expect([files.coming.map((one) => one.obstacle), attached.mock.calls.length]).toEqual([["metadata"], 1]);
  files.tryAgain(files.coming[0], true);
  expect(await files.settle()).toBe(true);
  expect(field.attachFile.mock.lastCall![0].keepMetadata).toBe(true);
});

test("cancelled between pieces nothing is attached; cancelled while it is sealed it is taken out again", async () => {
  const { files } = open();
  field.putFilePart.mockImplementationOnce(async () => {
    files.cancel(files.coming[0]);
    throw new QingfengError("", Code.Canceled, Reason.CANCELLED);
  });
  files.add(file(10));
  expect(await files.settle()).toBe(true);
  expect(field.attachFile).not.toHaveBeenCalled();
  field.attachFile.mockImplementationOnce(async () => (files.cancel(files.coming[0]), { file: { sha256 } }));
  files.add(file(10));
  expect(await files.settle()).toBe(true);
  expect(field.detachFile.mock.lastCall![0].sha256).toEqual(sha256);
  expect(attached).not.toHaveBeenCalled();
});

test("what is removed stays until the page is left, and can be brought back until then", async () => {
  const { files, page } = open();
  files.remove(info);
  expect([files.isRemoved(info), field.detachFile.mock.calls.length]).toEqual([true, 0]);
  files.bringBack(info);
  await files.settle();
  expect(field.detachFile).not.toHaveBeenCalled();
  files.remove(info);
  window.dispatchEvent(new Event("pagehide"));
  expect(field.detachFile).toHaveBeenCalledTimes(1);
  page.unmount();
});
