/**
 * What has happened, said to whoever sees the screen and to whoever hears it, by the LiveRegion that stands on top: of the
 * open sheet, for a screen reader knows nothing of what lies behind it, else of the page. It goes by itself and at the
 * lock. Whoever stands by can read and hear it: never a secret, and nothing that a report says.
 */
import { computed, onMounted, onUnmounted, shallowRef } from "vue";

// A region that is emptied first says the same text again.
const PAUSE_MS = 50;
const STAY_MS = 6_000;
const regions: symbol[] = [];
const said = shallowRef<{ text: string; seen: boolean; region?: symbol } | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

function say(text: string, seen: boolean): void {
  hush();
  timer = setTimeout(() => {
    said.value = { text, seen, region: regions.at(-1) };
    timer = setTimeout(hush, STAY_MS);
  }, PAUSE_MS);
}

/** Shows `text` for a few seconds and has it spoken, politely. What was said before goes. */
export const announce = (text: string): void => say(text, true);

/** Has `text` spoken alone: what the screen shows already to those who see it. */
export const announceUnseen = (text: string): void => say(text, false);

/** Takes back what is being said. */
export function hush(): void {
  clearTimeout(timer);
  said.value = null;
}

/** For a region, as long as its component is there: what it has to say, null for nothing. */
export function useAnnouncement() {
  const region = Symbol("region");
  onMounted(() => regions.push(region));
  onUnmounted(() => regions.splice(regions.indexOf(region), 1));
  return computed(() => (said.value?.region === region ? said.value : null));
}
