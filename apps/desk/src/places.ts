import type { IconName } from "@qingfeng/kit";
import { computed, type Component } from "vue";

import AlarmsPage from "./pages/AlarmsPage.vue";
import CasesPage from "./pages/cases/CasesPage.vue";
import DevicesPage from "./pages/devices/DevicesPage.vue";
import HelpPage from "./pages/HelpPage.vue";
import LogPage from "./pages/log/LogPage.vue";
import RegisterPage from "./pages/register/RegisterPage.vue";
import SettingsPage from "./pages/settings/SettingsPage.vue";
import { answersReporters } from "./standing.js";

/** A page that the navigation leads to. */
export interface Place {
  /** Its message is `place.<name>`, its address /<name>. */
  name: string;
  icon: IconName;
  /** `g` and this letter go there. */
  letter: string;
  page: Component;
  /** Who it has something for: every device, certified desks, or those of them that read reports. */
  shows: "anyone" | "desks" | "readers";
}

export const PLACES: readonly Place[] = [
  { name: "register", icon: "register", letter: "r", page: RegisterPage, shows: "readers" },
  { name: "cases", icon: "case", letter: "c", page: CasesPage, shows: "readers" },
  { name: "devices", icon: "device", letter: "d", page: DevicesPage, shows: "desks" },
  { name: "log", icon: "log", letter: "l", page: LogPage, shows: "desks" },
  { name: "alarms", icon: "alarm", letter: "a", page: AlarmsPage, shows: "desks" },
  { name: "settings", icon: "settings", letter: "s", page: SettingsPage, shows: "anyone" },
  { name: "help", icon: "help", letter: "h", page: HelpPage, shows: "anyone" },
];
/** What the navigation leads to, in its order. Reports are no place of a desk that does not read them: the core gives it none. */
export const places = computed(() => PLACES.filter(({ shows }) => shows !== "readers" || answersReporters.value));
