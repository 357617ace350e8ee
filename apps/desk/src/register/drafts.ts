/**
 * Answers that were begun and not sent, by report. In memory alone, since an answer names what a report is about; gone with
 * the lock and with the page, so the browser asks before it closes or reloads the page, and whoever writes one uses the desk.
 */
import { core, isUnlocked, session } from "@qingfeng/kit/session";
import { reactive, watch } from "vue";

// Well below the shortest time after which a host locks.
const TELL_USE_MS = 20_000;

const drafts = reactive(new Map<string, string>());
let toldUseAtMs = -Infinity;

watch(
  () => isUnlocked(session.value?.state),
  (open) => open || drafts.clear(),
);
addEventListener("beforeunload", (event) => drafts.size > 0 && event.preventDefault());

/** The host sees calls, and writing makes none: without one it would lock under the hands of whoever writes for long. */
function tellUse() {
  if (performance.now() - toldUseAtMs < TELL_USE_MS) return;
  toldUseAtMs = performance.now();
  void core.vault.getSession({}).catch(() => undefined);
}

export const draftOf = (report: string): string => drafts.get(report) ?? "";

export function writeDraft(report: string, text: string): void {
  if (text) drafts.set(report, text);
  else drafts.delete(report);
  tellUse();
}
