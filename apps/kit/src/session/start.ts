import { createApp, watchEffect, type Component } from "vue";
import type { Router } from "vue-router";

import { applyAppearance } from "../appearance.js";
import { kitI18n, type Messages } from "../i18n.js";
import { watchCore } from "./live.js";
import { keepInSync } from "./sync.js";

/** Starts an app over the core that hosts it: live updates, sync in the background, and its screens in #app. */
export function startApp(app: Component, messages: Messages, router: Router): void {
  applyAppearance();
  void watchCore(new AbortController().signal);
  keepInSync();
  const i18n = kitI18n(messages);
  // The same for every page: a browser's history keeps it (useHeading).
  watchEffect(() => (document.title = i18n.global.t("app")));
  createApp(app).use(i18n).use(router).mount("#app");
}
