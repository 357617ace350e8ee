import type { Component } from "vue";

import AlarmsPage from "./pages/AlarmsPage.vue";
import DevicesPage from "./pages/devices/DevicesPage.vue";
import HelpPage from "./pages/HelpPage.vue";
import LogPage from "./pages/log/LogPage.vue";
import SettingsPage from "./pages/settings/SettingsPage.vue";

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
  { name: "devices", letter: "d", page: DevicesPage, desk: true },
  { name: "log", letter: "l", page: LogPage, desk: true },
  { name: "alarms", letter: "a", page: AlarmsPage, desk: true },
  { name: "settings", letter: "s", page: SettingsPage, desk: false },
  { name: "help", letter: "h", page: HelpPage, desk: false },
];
