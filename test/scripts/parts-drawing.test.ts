import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PARTS, WAYS, type Part } from '../../scripts/parts.ts';
import { drawParts } from '../../scripts/parts-drawing.ts';

const DRAWN = drawParts(PARTS, WAYS);

/** Whether a point lies on the edge of a part. */
function isOnEdge({ at: [left, top, width, height] }: Part, [x = 0, y = 0]: readonly number[] = []): boolean {
  const within = x >= left && x <= left + width && y >= top && y <= top + height;
  return within && (x === left || x === left + width || y === top || y === top + height);
}

const overlap = ({ at: [a, b, c, d] }: Part, { at: [e, f, g, h] }: Part): boolean =>
  a < e + g && e < a + c && b < f + h && f < b + d;

describe('the picture of the parts', () => {
  it('is the one in the documents', () => {
    expect(readFileSync('docs/parts.svg', 'utf8')).toBe(DRAWN);
  });

  it('has a ground under all of it, so that a dark page darkens no text', () => {
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/u.exec(DRAWN) ?? [];
    const texts = [...DRAWN.matchAll(/<text x="([\d.]+)" y="([\d.]+)"/gu)].map(([, x, y]) => [Number(x), Number(y)]);

    expect(DRAWN).toContain(`<rect class="ground" width="${width}" height="${height}" fill="#fff"`);
    expect(texts.length).toBeGreaterThan(PARTS.length);
    expect(texts.filter(([x = 0, y = 0]) => x > Number(width) || y + 6 > Number(height))).toEqual([]);
  });

  it('leads every way from the edge of one part to the edge of another', () => {
    const astray = WAYS.filter(({ from, to, points }) => {
      const [start, end] = [PARTS.find(({ id }) => id === from), PARTS.find(({ id }) => id === to)];
      return start === undefined || end === undefined || !isOnEdge(start, points[0]) || !isOnEdge(end, points.at(-1));
    });

    expect(astray.map(({ from, to }) => `${from} to ${to}`)).toEqual([]);
  });

  it('lays no part over another', () => {
    const over = PARTS.flatMap((one, at) => PARTS.slice(at + 1).filter((other) => overlap(one, other)));

    expect(over).toEqual([]);
  });

  it.each([
    ['steps', 'cell-table'],
    ['steps', 'host-queue'],
    ['hosts', 'object-url'],
    ['object-url', 'cell-table'],
    ['reconciler', 'cell-conductor'],
    ['reconciler', 'cell-table'],
  ])('shows that %s reach %s', (from, to) => {
    expect(WAYS.map((way) => `${way.from} ${way.to}`)).toContain(`${from} ${to}`);
  });
});
