import type { Component } from "vue";

import AlarmsPage from "./pages/AlarmsPage.vue";
import CasesPage from "./pages/cases/CasesPage.vue";
import DevicesPage from "./pages/devices/DevicesPage.vue";
import HelpPage from "./pages/HelpPage.vue";
import LogPage from "./pages/log/LogPage.vue";
import RegisterPage from "./pages/register/RegisterPage.vue";
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

/** In the order of the navigation. */
export const PLACES: readonly Place[] = [
  { name: "register", letter: "r", page: RegisterPage, desk: true },
  { name: "cases", letter: "c", page: CasesPage, desk: true },
  { name: "devices", letter: "d", page: DevicesPage, desk: true },
  { name: "log", letter: "l", page: LogPage, desk: true },
  { name: "alarms", letter: "a", page: AlarmsPage, desk: true },
  { name: "settings", letter: "s", page: SettingsPage, desk: false },
  { name: "help", letter: "h", page: HelpPage, desk: false },
];
