/// <reference types="vite/client" />
/**
 * Reads QR codes, by zxing-cpp built for browsers. Loaded when a person first scans: no first visit fetches it. Its
 * program stands in the script itself, since a page in the WebView of an app may fetch nothing, and the package's own
 * default would fetch it from a public address.
 */
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import program from "zxing-wasm/reader/zxing_reader.wasm?url&inline";

const bytes = atob(program.slice(program.indexOf(",") + 1));
const wasmBinary = Uint8Array.from(bytes, (each) => each.charCodeAt(0)).buffer;
prepareZXingModule({ overrides: { wasmBinary } });

/** The text of the QR code in the picture; "" if there is none that can be read. */
export async function readQr(picture: HTMLCanvasElement): Promise<string> {
  const pixels = picture.getContext("2d")!.getImageData(0, 0, picture.width, picture.height);
  const found = await readBarcodes(pixels, { formats: ["QRCode"], maxNumberOfSymbols: 1 });
  return found[0]?.isValid ? found[0].text : "";
}
