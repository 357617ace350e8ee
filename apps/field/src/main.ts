import { kitI18n } from "@qingfeng/kit";
import "@qingfeng/kit/style.css";
import { createApp } from "vue";

import App from "./App.vue";
import { watchCore } from "./live.js";
import en from "./messages/en.json";
import zh from "./messages/zh-CN.json";
import { router } from "./router.js";
import { keepInSync } from "./sync.js";

void watchCore(new AbortController().signal);
keepInSync();
createApp(App).use(kitI18n({ "zh-CN": zh, en })).use(router).mount("#app");
