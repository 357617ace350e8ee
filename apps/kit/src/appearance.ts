/**
 * Text size and colours of the screens, as attributes of the document that style.css knows. Without a choice they follow
 * the browser's own.
 */
import { ref, watch, watchEffect } from "vue";
import { keep, kept, onKept } from "./kept.js";

export const TEXT_SIZES = ["normal", "large", "largest"] as const;
export const SCHEMES = ["system", "light", "dark"] as const;
export type TextSize = (typeof TEXT_SIZES)[number];
export type Scheme = (typeof SCHEMES)[number];

export const textSize = ref<TextSize>(kept("text", TEXT_SIZES) ?? "normal");
export const scheme = ref<Scheme>(kept("scheme", SCHEMES) ?? "system");

/** From now on the document looks as chosen. Once an app. */
export function applyAppearance(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const systemDark = ref(dark.matches);
  dark.addEventListener("change", () => (systemDark.value = dark.matches));
  onKept("text", TEXT_SIZES, (next) => (textSize.value = next));
  onKept("scheme", SCHEMES, (next) => (scheme.value = next));
  watchEffect(() => {
    const { dataset } = document.documentElement;
    dataset.text = textSize.value;
    dataset.scheme = scheme.value === "system" ? (systemDark.value ? "dark" : "light") : scheme.value;
  });
  // What was chosen, and not what a new tab begins with: the other tabs would take that for a choice.
  watch(textSize, (chosen) => keep("text", chosen));
  watch(scheme, (chosen) => keep("scheme", chosen));
}
