import { nextTick, onMounted, type Ref } from "vue";

/**
 * Makes `heading` (an h1 with tabindex -1) the heading of its screen: it takes the focus when the screen opens, so that a
 * screen reader begins there. The browser's tab says the app's name alone, whatever is open: a browser keeps the titles of
 * tabs in its history, past the lock and past an erased store.
 */
export function useHeading(heading: Ref<HTMLElement | undefined>): void {
  onMounted(() => nextTick(() => heading.value?.focus()));
}
