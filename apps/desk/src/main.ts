import "@qingfeng/kit/style.css";
import "./style.css";
import { startApp } from "@qingfeng/kit/session";

import App from "./App.vue";
import en from "./messages/en.json";
import zh from "./messages/zh-CN.json";
import { router } from "./router.js";

startApp(App, { "zh-CN": zh, en }, router);
