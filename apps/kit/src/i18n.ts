import { createI18n, useI18n } from "vue-i18n";
import type { Locale } from "@qingfeng/client";

import en from "./messages/en.json";
import zh from "./messages/zh-CN.json";

export const LOCALES: readonly Locale[] = ["zh-CN", "en"];
export type Messages = Record<Locale, object>;
const KEPT_AS = "qingfeng.locale";

/** What the person chose before, else English for an English browser, else Chinese. */
function firstLocale(): Locale {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === "zh-CN" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "zh-CN";
}

/**
 * The app's texts: its own and the kit's, one JSON file a language.
 *
 * Plurals: `{n} report | {n} reports` in English, one form in Chinese; `t("key", n)`.
 */
export function kitI18n(app: Messages, locale = firstLocale()) {
  const i18n = createI18n({
    legacy: false,
    locale,
    fallbackWarn: false,
    messages: { "zh-CN": { ...app["zh-CN"], kit: zh }, en: { ...app.en, kit: en } },
  });
  document.documentElement.lang = locale;
  // Another tab of the same app has chosen.
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key !== KEPT_AS || (newValue !== "zh-CN" && newValue !== "en")) return;
    i18n.global.locale.value = newValue;
    document.documentElement.lang = newValue;
  });
  return i18n;
}

/** `t`, the locale in force and how to change it. */
export function useWords() {
  const { t, locale } = useI18n();
  return {
    t,
    locale,
    speak: () => locale.value as Locale,
    choose(next: Locale) {
      locale.value = next;
      document.documentElement.lang = next;
      localStorage.setItem(KEPT_AS, next);
    },
  };
}
