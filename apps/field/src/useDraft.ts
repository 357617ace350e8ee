/**
 * One draft on the screen: what is typed is saved by itself, durably, half a second later at the latest, and at once when
 * the page is left. One save at a time, each with all answers.
 *
 * The same draft may be open in two tabs. What one has saved shows in the other, unless something is typed there that is
 * not saved yet: then the last save counts. A draft that was filed or deleted elsewhere is `gone`.
 */
import { clone, create, equals, QingfengError, Reason, ReportSchema, type AttachmentInfo, type Draft, type Report } from "@qingfeng/client";
import { core, onChange, saveBeforeLock } from "@qingfeng/kit/session";
import { onMounted, onUnmounted, reactive, ref, shallowRef, watch } from "vue";

const SAVE_AFTER_MS = 500;
const TRY_AGAIN_MS = 3_000;

export type Saving = "saved" | "unsaved" | "failed";

export function useDraft(draftId: Uint8Array) {
  const report = ref<Report | null>(null);
  const urgent = ref(false);
  const files = shallowRef<AttachmentInfo[]>([]);
  const saving = ref<Saving>("saved");
  const error = shallowRef<QingfengError | null>(null);
  const gone = ref(false);
  let version = 0;
  let savedVersion = 0;
  let knownUs = 0n; // the newest save that the screen holds
  let shown = false; // what the watcher sees next was not typed here
  let looks = 0;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: Promise<void> | null = null;

  function fail(cause: unknown) {
    error.value = QingfengError.from(cause);
    gone.value ||= error.value.reason === Reason.NOT_FOUND;
  }

  async function saveOnce() {
    const sent = version;
    const answers = clone(ReportSchema, report.value!);
    const { savedAtUs } = await core.field.saveDraft({ draftId, report: answers, urgent: urgent.value });
    knownUs = savedAtUs;
    savedVersion = sent;
    error.value = null;
    saving.value = version === sent ? "saved" : "unsaved";
  }

  async function saveAll() {
    try {
      while (savedVersion < version) await saveOnce();
    } catch (cause) {
      fail(cause);
      saving.value = "failed";
    }
  }

  /** Saves what is not saved yet. Afterwards `saving` says whether that went well. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    underWay ??= saveAll().finally(() => {
      underWay = null;
      if (saving.value === "failed" && !closed && !gone.value) timer = setTimeout(flush, TRY_AGAIN_MS);
    });
    return underWay;
  }

  function changed() {
    if (shown) return void (shown = false);
    version++;
    saving.value = "unsaved";
    timer ??= setTimeout(flush, SAVE_AFTER_MS);
  }

  function show(draft: Draft) {
    const answers = draft.report ?? create(ReportSchema);
    const first = report.value === null;
    knownUs = draft.savedAtUs;
    if (!first && urgent.value === draft.urgent && equals(ReportSchema, report.value!, answers)) return;
    report.value = reactive(answers);
    urgent.value = draft.urgent;
    shown = !first;
    if (first) watch([report, urgent], changed, { deep: true });
  }

  async function look() {
    const mine = ++looks;
    try {
      const { draft } = await core.field.getDraft({ draftId });
      if (mine !== looks || closed || !draft) return;
      files.value = draft.files;
      const typing = version !== savedVersion || underWay !== null;
      if (report.value === null || (!typing && draft.savedAtUs > knownUs)) show(draft);
    } catch (cause) {
      if (!closed) fail(cause);
    }
  }

  const onHidden = () => document.visibilityState === "hidden" && flush();
  onChange(["drafts"], look);
  saveBeforeLock(flush);
  onMounted(() => {
    void look();
    document.addEventListener("visibilitychange", onHidden);
    window.addEventListener("pagehide", flush);
  });
  onUnmounted(() => {
    closed = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", onHidden);
    window.removeEventListener("pagehide", flush);
    if (savedVersion < version) void flush();
  });
  return { report, urgent, files, saving, error, gone, flush };
}
