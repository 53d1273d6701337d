import type { Part, Way } from './parts.ts';

const [WIDTH, HEIGHT] = [1000, 565];

/** Pixels between two lines of text. */
const LINE = 17;

/**
 * Draws the parts and the ways between them as SVG. The picture has a ground of its own under everything, so that it is
 * read alike on dark and light pages.
 */
export const drawParts = (parts: readonly Part[], ways: readonly Way[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="14" role="img" aria-labelledby="title">`,
    '  <title id="title">Publishers, queues, functions, workflows, tables and compute hosts, and the way of a message between them</title>',
    ...STYLE,
    `  <rect class="ground" width="${WIDTH}" height="${HEIGHT}" fill="#fff" rx="8" />`,
    text('API level', 20, 30, 'left note'),
    text('one per cell', 20, 282, 'left note'),
    `  <line x1="20" y1="264" x2="970" y2="264" stroke="#bbc" stroke-dasharray="2 4" />`,
    ...ways.flatMap(drawWay),
    ...parts.flatMap(drawPart),
    '</svg>',
    '',
  ].join('\n');

const STYLE = [
  '  <defs>',
  '    <marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse">',
  '      <path d="M0 0 10 5 0 10z" fill="#445" />',
  '    </marker>',
  '    <style>',
  '      .box { stroke: #445; stroke-width: 1.2; rx: 6px }',
  '      .queue { fill: #fdf0d5 }',
  '      .function { fill: #e3f0ff }',
  '      .machine { fill: #fbe3ef }',
  '      .table { fill: #e4f5e6 }',
  '      .outside { fill: #f2f2f2; stroke-dasharray: 5 3 }',
  '      .way { fill: none; stroke: #445; stroke-width: 1.4; marker-end: url(#tip) }',
  '      .name { font-weight: 600 }',
  '      text { fill: #223; text-anchor: middle }',
  '      text.note { font-size: 12px; fill: #445 }',
  '      text.way-note { font-size: 12px; fill: #445; paint-order: stroke; stroke: #fff; stroke-width: 4px }',
  '      text.left { text-anchor: start }',
  '    </style>',
  '  </defs>',
];

function drawPart({ kind, at: [left, top, width, height], name, notes }: Part): string[] {
  const middle = left + width / 2;
  const first = top + (height - notes.length * LINE) / 2 + 4;
  return [
    `  <rect class="box ${kind}" x="${left}" y="${top}" width="${width}" height="${height}" />`,
    text(name, middle, first, 'name'),
    ...notes.map((note, at) => text(note, middle, first + (at + 1) * LINE, 'note')),
  ];
}

function drawWay({ from, to, points, label, dashed = false }: Way): string[] {
  const corners = points.map((point) => point.join(' ')).join(' ');
  const dashes = dashed ? ' stroke-dasharray="4 3"' : '';
  return [
    `  <path class="way" data-from="${from}" data-to="${to}" d="M${corners}"${dashes} />`,
    ...(label === undefined ? [] : [text(label[0], label[1], label[2], 'way-note')]),
  ];
}

const text = (words: string, x: number, y: number, kind: string): string =>
  `  <text x="${x}" y="${y}" class="${kind}">${words}</text>`;
