// How every app is built: `vite build --config ../vite.config.ts` in its folder.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";

const FIRST_LOAD_BYTES_MAX = 300 * 1024;

// What a first visit fetches, compressed: all but what is loaded when it is needed. The build fails beyond the bound, so that
// nobody finds out on a slow link.
function firstLoad(): Plugin {
  return {
    name: "first-load",
    writeBundle(_, bundle) {
      let bytes = 0;
      for (const file of Object.values(bundle)) {
        if (file.type === "chunk" && file.isDynamicEntry) continue;
        bytes += gzipSync(file.type === "chunk" ? file.code : file.source).byteLength;
      }
      console.log(`first load: ${(bytes / 1024).toFixed(1)} KB compressed, of at most ${FIRST_LOAD_BYTES_MAX / 1024}`);
      if (bytes > FIRST_LOAD_BYTES_MAX) throw new Error("the first load is larger than its bound");
    },
  };
}

export default defineConfig({
  publicDir: fileURLToPath(new URL("kit/public", import.meta.url)),
  plugins: [vue(), firstLoad()],
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    target: "chrome90",
    // The host's policy lets no inline script run and no data: style, and files are read from this machine.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2048, // the bound that counts is the first load's
  },
});
