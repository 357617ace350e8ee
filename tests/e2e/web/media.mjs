// Pictures, and what a camera sees: made by a browser and exiftool, since the programs under test must not make their own.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const WIDTH = 1280;
const HEIGHT = 720;

/** A video of one still picture, for Chromium's --use-file-for-fake-video-capture. */
export async function videoOf(page, picture, video) {
  const source = `data:image/png;base64,${readFileSync(picture).toString("base64")}`;
  const grey = await page.evaluate(
    async ([from, width, height]) => {
      const image = await createImageBitmap(await (await fetch(from)).blob());
      const canvas = new OffscreenCanvas(width, height).getContext("2d");
      canvas.fillStyle = "#ddd";
      canvas.fillRect(0, 0, width, height);
      const side = height - 80;
      canvas.imageSmoothingEnabled = false;
      canvas.drawImage(image, (width - side) / 2, 40, side, side);
      const { data } = canvas.getImageData(0, 0, width, height);
      return Array.from({ length: width * height }, (_, at) => data[4 * at]);
    },
    [source, WIDTH, HEIGHT],
  );
  const colourless = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(video, Buffer.concat([head, Buffer.from("FRAME\n"), Buffer.from(grey), colourless]));
}

/** A photograph as a phone makes it: with place, time and camera. */
export async function photograph(page, file) {
  const base64 = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(800, 600).getContext("2d");
    for (let at = 0; at < 800; at += 8) {
      canvas.fillStyle = `hsl(${at} 70% 50%)`;
      canvas.fillRect(at, 0, 8, 600);
    }
    const bytes = new Uint8Array(await (await canvas.canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  });
  writeFileSync(file, Buffer.from(base64, "base64"));
  execFileSync("exiftool", ["-q", "-overwrite_original", "-GPSLatitude=38.52", "-GPSLatitudeRef=N", "-GPSLongitude=102.19",
    "-GPSLongitudeRef=E", "-Model=Telephone", "-DateTimeOriginal=2026:03:15 20:30:00", file]);
}

/** What a stranger's program finds in a picture of where, by what and when it was taken; [] = nothing. */
export function tracesIn(file) {
  return JSON.parse(execFileSync("exiftool", ["-json", "-GPSLatitude", "-Model", "-DateTimeOriginal", file]).toString()).flatMap(
    ({ SourceFile: _, ...traces }) => Object.keys(traces),
  );
}
