/**
 * Answers that were begun and not sent, by report. In memory alone, since an answer names what a report is about; gone with
 * the lock and with the page.
 */
import { isUnlocked, session } from "@qingfeng/kit/session";
import { reactive, watch } from "vue";

export const drafts = reactive(new Map<string, string>());
watch(
  () => isUnlocked(session.value?.state),
  (open) => open || drafts.clear(),
);
