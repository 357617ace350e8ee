/// <reference types="vite/client" />
/**
 * Reads QR codes, by zxing-cpp built for browsers. Loaded when a person first scans: no first visit fetches it. Its
 * program comes from this origin; the package's own default would fetch it from a public one.
 */
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import program from "zxing-wasm/reader/zxing_reader.wasm?url";

const locateFile = (path: string, folder: string) => (path.endsWith(".wasm") ? program : folder + path);
prepareZXingModule({ overrides: { locateFile } });

/** The text of the QR code in the picture; "" if there is none that can be read. */
export async function readQr(picture: HTMLCanvasElement): Promise<string> {
  const pixels = picture.getContext("2d")!.getImageData(0, 0, picture.width, picture.height);
  const found = await readBarcodes(pixels, { formats: ["QRCode"], maxNumberOfSymbols: 1 });
  return found[0]?.isValid ? found[0].text : "";
}
