/**
 * Keys of the whole app: `g` and a letter go to a place, `?` shows them all. Never while somebody types, composes Chinese,
 * holds a modifier, or has a sheet open; and a person can turn them off, since a slip of the voice or the hand sends them
 * too (WCAG 2.1.4).
 */
import { keep, kept } from "@qingfeng/kit";
import { onMounted, onUnmounted, ref, watch } from "vue";

const SECOND_KEY_MS = 1_500;
const TYPING = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";

export const keysOn = ref(kept("keys", ["on", "off"]) !== "off");
watch(keysOn, (on) => keep("keys", on ? "on" : "off"));

function isForUs(event: KeyboardEvent): boolean {
  if (!keysOn.value || event.defaultPrevented || event.isComposing || event.repeat) return false;
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  if (event.target instanceof Element && event.target.closest(TYPING)) return false;
  return document.querySelector("dialog[open]") === null;
}

/** Keys of one page, while it is there: what each letter does. */
export function usePageKeys(keys: Record<string, () => void>): void {
  function listen(event: KeyboardEvent) {
    if (!(event.key in keys) || !isForUs(event)) return;
    event.preventDefault();
    keys[event.key]();
  }
  onMounted(() => document.addEventListener("keydown", listen));
  onUnmounted(() => document.removeEventListener("keydown", listen));
}

/** Listens for as long as the component is there. `go` gets a letter behind `g`; true if it led somewhere. */
export function useKeys(go: (letter: string) => boolean, help: () => void): void {
  let begunAt = -Infinity;
  function listen(event: KeyboardEvent) {
    if (!isForUs(event)) return;
    const second = event.timeStamp - begunAt < SECOND_KEY_MS;
    begunAt = -Infinity;
    if (second && go(event.key)) return event.preventDefault();
    if (event.key === "g") begunAt = event.timeStamp;
    if (event.key === "?") {
      event.preventDefault();
      help();
    }
  }
  onMounted(() => document.addEventListener("keydown", listen));
  onUnmounted(() => document.removeEventListener("keydown", listen));
}
