/**
 * One draft on the screen: what is typed is saved by itself, durably, half a second later at the latest, and at once when
 * the page is left. One save at a time, each with all answers.
 */
import { clone, create, QingfengError, ReportSchema, type Report } from "@qingfeng/client";
import { core } from "@qingfeng/kit/session";
import { onMounted, onUnmounted, reactive, ref, shallowRef, watch } from "vue";

const SAVE_AFTER_MS = 500;
const TRY_AGAIN_MS = 3_000;

export type Saving = "saved" | "unsaved" | "failed";

export function useDraft(draftId: Uint8Array) {
  const report = ref<Report | null>(null);
  const urgent = ref(false);
  const saving = ref<Saving>("saved");
  const error = shallowRef<QingfengError | null>(null);
  let version = 0;
  let savedVersion = 0;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underWay: Promise<void> | null = null;

  async function saveOnce() {
    const sent = version;
    await core.field.saveDraft({ draftId, report: clone(ReportSchema, report.value!), urgent: urgent.value });
    savedVersion = sent;
    error.value = null;
    saving.value = version === sent ? "saved" : "unsaved";
  }

  async function saveAll() {
    try {
      while (savedVersion < version) await saveOnce();
    } catch (cause) {
      error.value = QingfengError.from(cause);
      saving.value = "failed";
    }
  }

  /** Saves what is not saved yet. Afterwards `saving` says whether that went well. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    underWay ??= saveAll().finally(() => {
      underWay = null;
      if (saving.value === "failed" && !closed) timer = setTimeout(flush, TRY_AGAIN_MS);
    });
    return underWay;
  }

  function changed() {
    version++;
    saving.value = "unsaved";
    timer ??= setTimeout(flush, SAVE_AFTER_MS);
  }

  async function load() {
    const { draft } = await core.field.getDraft({ draftId });
    report.value = reactive(draft?.report ?? create(ReportSchema));
    urgent.value = draft?.urgent ?? false;
    watch([report, urgent], changed, { deep: true });
  }

  const onHidden = () => document.visibilityState === "hidden" && flush();
  onMounted(() => {
    load().catch((cause) => (error.value = QingfengError.from(cause)));
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
  return { report, urgent, saving, error, flush };
}
