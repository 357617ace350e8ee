import type { Component } from "vue";

import AlarmsPage from "./pages/AlarmsPage.vue";
import HelpPage from "./pages/HelpPage.vue";

/** A page that the navigation leads to. */
export interface Place {
  /** Its message is `place.<name>`, its address /<name>. */
  name: string;
  /** `g` and this letter go there. */
  letter: string;
  page: Component;
  /** It shows what only a certified desk has. */
  desk: boolean;
}

/** In the order of the navigation. The first is where the app begins. */
export const PLACES: readonly Place[] = [
  { name: "alarms", letter: "a", page: AlarmsPage, desk: true },
  { name: "help", letter: "h", page: HelpPage, desk: false },
];
