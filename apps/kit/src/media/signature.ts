/** A signature as lines on a paper of fixed measure, and the paper as a picture: white, with its text above. */
export type Point = [x: number, y: number];

export const PAPER = { width: 800, height: 320 };
const INK = "#14181c";
const PEN_PX = 5;
const TEXT_PX = 28;
const NAME_PX = 96;
const MARGIN = 24;

/** A stroke as an SVG path: through the middles between its points, so that it bends instead of breaking; a tap is a dot. */
export function pathOf(points: Point[]): string {
  const say = ([x, y]: Point) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const middle = (i: number): Point => [(points[i][0] + points[i + 1][0]) / 2, (points[i][1] + points[i + 1][1]) / 2];
  let path = `M${say(points[0])}`;
  for (let i = 1; i < points.length - 1; i++) path += `Q${say(points[i])} ${say(middle(i))}`;
  return `${path}L${say(points[points.length - 1])}`;
}

function drawStrokes(pen: CanvasRenderingContext2D, strokes: Point[][]) {
  Object.assign(pen, { strokeStyle: INK, lineWidth: PEN_PX, lineCap: "round", lineJoin: "round" });
  for (const stroke of strokes) pen.stroke(new Path2D(pathOf(stroke)));
}

/** Text on one line, smaller if it has to be. */
function drawText(pen: CanvasRenderingContext2D, text: string, y: number, px: number, family: string) {
  const room = PAPER.width - 2 * MARGIN;
  pen.font = `${px}px ${family}`;
  const fitting = Math.min(px, (px * room) / Math.max(1, pen.measureText(text).width));
  Object.assign(pen, { font: `${fitting}px ${family}`, fillStyle: INK, textBaseline: "middle" });
  pen.fillText(text, MARGIN, y);
}

/**
 * The paper as a PNG. `name` stands where the strokes would, for who does not draw; `family` is the page's font, which is
 * waited for: a rare character of a name may have to be loaded first.
 */
export async function signaturePicture(strokes: Point[][], name: string, text: string, family: string): Promise<Blob> {
  await document.fonts.load(`${NAME_PX}px ${family}`, name + text);
  const canvas = document.createElement("canvas");
  const head = TEXT_PX * 2;
  [canvas.width, canvas.height] = [PAPER.width, head + PAPER.height];
  const pen = canvas.getContext("2d")!;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  drawText(pen, text, head / 2, TEXT_PX, family);
  pen.translate(0, head);
  if (name) drawText(pen, name, PAPER.height / 2, NAME_PX, family);
  else drawStrokes(pen, strokes);
  return new Promise((resolve, reject) =>
    canvas.toBlob((picture) => (picture ? resolve(picture) : reject(new Error("no picture"))), "image/png"),
  );
}
