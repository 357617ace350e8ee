const EDGE_PX = 16;
const STEP_PX = 8;

/**
 * How far above the lower edge of the screen `bar` hides no button and no link: where it is, if nothing is there, else the
 * lowest such place, else the edge. What it may hide is looked for in its sheet, if it stands in one.
 */
export function freePlace(bar: HTMLElement): number {
  const { left, right, height, bottom } = bar.getBoundingClientRect();
  const pressed = [...(bar.closest("dialog") ?? document).querySelectorAll("button, a, summary")]
    .map((each) => each.getBoundingClientRect())
    .filter((each) => each.width > 0 && each.left < right && each.right > left);
  const isFree = (above: number) => {
    const end = innerHeight - above;
    return !pressed.some((each) => each.top < end && each.bottom > end - height);
  };
  const here = innerHeight - bottom;
  if (isFree(here)) return here;
  for (let above = EDGE_PX; above + height < innerHeight; above += STEP_PX) {
    if (isFree(above)) return above;
  }
  return EDGE_PX;
}
