import { createI18n, useI18n } from "vue-i18n";
import type { Locale } from "@qingfeng/client";

import { keep, kept, onKept } from "./kept.js";
import en from "./messages/en.json";
import zh from "./messages/zh-CN.json";

export const LOCALES: readonly Locale[] = ["zh-CN", "en"];
export type Messages = Record<Locale, object>;

/** What the person chose in this tab, else English for an English browser, else Chinese. */
function firstLocale(): Locale {
  const chosen = kept("locale", LOCALES);
  if (chosen) return chosen;
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
  onKept("locale", LOCALES, (next) => {
    i18n.global.locale.value = next;
    document.documentElement.lang = next;
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
      keep("locale", next);
    },
  };
}
