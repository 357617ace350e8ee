import { ref } from "vue";

/** What LiveRegion speaks: texts that a person who does not see the screen would miss. */
export const announcement = ref("");

/** Says `text` once, politely. The same text again is said again. */
export function announce(text: string): void {
  announcement.value = "";
  setTimeout(() => (announcement.value = text), 50);
}
