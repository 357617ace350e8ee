/**
 * The files of one draft while they come and go. New ones are put one after the other. What is removed stays in the draft
 * until the page is left or the report filed (`settle`), so that it can be brought back.
 */
import { toHex, type AttachmentInfo } from "@qingfeng/client";
import { core } from "@qingfeng/kit/session";
import { computed, onMounted, onUnmounted, reactive, ref, shallowReactive, type Ref } from "vue";

import { attach, type FileToAttach, type Obstacle } from "./attach.js";

/** What a report takes. */
export const FILES_MAX = 32;

export interface Coming {
  key: number;
  file: FileToAttach;
  putBytes: number;
  /** Set when it is not going in as it is. */
  obstacle: Obstacle | null;
  readonly cancelled: AbortController;
}

export type Attachments = ReturnType<typeof useAttachments>;

/** `files` are those that are in, removed ones too. */
export function useAttachments(draftId: Uint8Array, files: Ref<AttachmentInfo[]>, onAttached: (file: FileToAttach) => void) {
  const coming = reactive<Coming[]>([]);
  const removed = shallowReactive(new Map<string, Uint8Array>());
  const underWay = ref<Promise<void> | null>(null);
  const unfinished = computed(() => coming.length > 0);
  const working = computed(() => underWay.value !== null);
  /** The names of all files, in their order. */
  const taken = computed(() => [...files.value, ...coming.map(({ file }) => file)].map(({ name }) => name));
  let keys = 0;

  function drop(one: Coming) {
    const at = coming.findIndex((each) => each.key === one.key);
    if (at >= 0) coming.splice(at, 1);
  }

  async function putAll() {
    for (let one; (one = coming.find((each) => !each.obstacle)); ) {
      const { file, cancelled } = one;
      one.obstacle = await attach(draftId, file, cancelled.signal, (bytes) => (one!.putBytes = bytes));
      if (one.obstacle) continue;
      drop(one);
      if (!cancelled.signal.aborted) onAttached(file);
    }
  }
  function work() {
    underWay.value ??= putAll().finally(() => (underWay.value = null));
  }

  function add(file: FileToAttach) {
    coming.push({ key: keys++, file, putBytes: 0, obstacle: null, cancelled: new AbortController() });
    work();
  }
  function tryAgain(one: Coming, keepMetadata = one.file.keepMetadata) {
    one.file = { ...one.file, keepMetadata };
    one.putBytes = 0;
    one.obstacle = null;
    work();
  }
  /** The one being put ends by itself. */
  function cancel(one: Coming) {
    one.cancelled.abort();
    if (one.obstacle || one.putBytes === 0) drop(one);
  }

  const isRemoved = (file: AttachmentInfo) => removed.has(toHex(file.sha256));
  const remove = (file: AttachmentInfo) => removed.set(toHex(file.sha256), file.sha256);
  const bringBack = (file: AttachmentInfo) => removed.delete(toHex(file.sha256));

  /** Everything removed is out. */
  async function takeOut() {
    for (const [key, sha256] of removed) {
      await core.field.detachFile({ draftId, sha256 });
      removed.delete(key);
    }
  }
  /** Everything that is coming is in and everything removed is out; false if something could not be put. */
  async function settle(): Promise<boolean> {
    await underWay.value;
    await takeOut();
    return !unfinished.value;
  }

  // A tab that is closed: what was removed goes; what is not in yet is worth a question of the browser's own.
  const onHide = () => void takeOut().catch(() => undefined);
  const onClose = (event: BeforeUnloadEvent) => unfinished.value && event.preventDefault();
  onMounted(() => {
    window.addEventListener("pagehide", onHide);
    window.addEventListener("beforeunload", onClose);
  });
  onUnmounted(() => {
    coming.forEach((each) => each.cancelled.abort());
    window.removeEventListener("pagehide", onHide);
    window.removeEventListener("beforeunload", onClose);
  });
  return { coming, taken, unfinished, working, add, tryAgain, cancel, isRemoved, remove, bringBack, takeOut, settle };
}
