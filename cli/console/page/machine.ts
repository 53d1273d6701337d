import type { VNode } from 'preact';
import { html } from 'htm/preact';
import { visitLoops } from '../../inventory/visit-loops.ts';
import type { Course, StateNode, Visit } from './answers.ts';
import { layout, type Place } from './machine-layout.ts';
import { badge, duration, table } from './parts.ts';

const [WIDTH, HEIGHT, BESIDE, BELOW] = [134, 30, 11, 34];

/** How a state is marked: where the execution stands, passed, left by an error, or not reached. */
function markOf(state: string, { visits, status }: Course): string {
  const own = visits.filter((visit) => visit.state === state);
  if (visits.at(-1)?.state === state && status !== 'SUCCEEDED') return 'here';
  if (own.length === 0) return 'unseen-state';
  return own.every(({ errors }) => errors.length > 0) ? 'broken' : 'passed';
}

const SIGNS: Readonly<Record<string, string>> = { here: '▶ ', broken: '✗ ', passed: '✓ ' };

/** An execution drawn on its state machine; the visits below say the same in words. */
export function Machine({ course }: { readonly course: Course }): VNode {
  const { workflow, name, status, states, visits, startedAt, stoppedAt } = course;
  const places = layout(states);
  const all = [...places.values()];
  const width = Math.max(0, ...all.map(({ column }) => column + 1)) * (WIDTH + BESIDE);
  const height = Math.max(0, ...all.map(({ row }) => row + 1)) * (HEIGHT + BELOW);
  const took = duration((stoppedAt ?? Date.now()) - startedAt);
  const stands = visits.at(-1)?.state ?? 'nowhere';
  const label = `State machine ${workflow}: ${status}, ${status === 'SUCCEEDED' ? 'ended in' : 'stands in'} ${stands}`;
  return html`<p>${badge(status)} ${workflow} <code>${name}</code>, ${took}${course.error && `, ${course.error}`}</p>
    <div class="scroll drawing" tabindex="0" role="region" aria-label=${`Drawing of ${workflow}`}>
      <svg width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${label}>
        ${states.flatMap((state) => arrows(state, places, visits))}
        ${states.map((state) => node(state, places.get(state.name), markOf(state.name, course)))}
      </svg>
    </div>
    <p class="legend">✓ passed · ✗ left by an error that was caught · ▶ here · dashed: not reached, caught errors</p>
    ${table(
      'States that it went through',
      ['after', 'state', 'took', 'met'],
      visitLoops(visits).flatMap(({ visits: round, times, until }) => [
        ...round.map(({ state, enteredAt, leftAt, errors }) => [
          `+${duration(enteredAt - startedAt)}`,
          state,
          leftAt === undefined ? 'not left' : duration(leftAt - enteredAt),
          errors.join(', '),
        ]),
        ...(times > 1 ? [['…', `${times - 1} times more`, `until +${duration(until - startedAt)}`, '']] : []),
      ]),
      'none yet',
    )}`;
}

const left = ({ column }: Place): number => column * (WIDTH + BESIDE) + BESIDE / 2;
const top = ({ row }: Place): number => row * (HEIGHT + BELOW) + 4;

function node({ name }: StateNode, place: Place | undefined, mark: string): VNode | undefined {
  if (place === undefined) return undefined;
  const text = `${SIGNS[mark] ?? ''}${name}`;
  return html`<g class=${`state ${mark}`}>
    <title>${name}</title>
    <rect x=${left(place)} y=${top(place)} width=${WIDTH} height=${HEIGHT} rx="6" />
    <text
      x=${left(place) + WIDTH / 2}
      y=${top(place) + HEIGHT / 2 + 4}
      textLength=${text.length > 19 ? WIDTH - 10 : undefined}
      lengthAdjust="spacingAndGlyphs"
      text-anchor="middle"
    >
      ${text}
    </text>
  </g>`;
}

function arrows(state: StateNode, places: ReadonlyMap<string, Place>, visits: readonly Visit[]): VNode[] {
  const from = places.get(state.name);
  if (from === undefined) return [];
  const walked = new Set(visits.flatMap((visit, at) => (visits[at - 1]?.state === state.name ? [visit.state] : [])));
  const arrow = (name: string, kind: string): VNode[] => {
    const to = places.get(name);
    const path = to === undefined ? undefined : pathOf(from, to);
    return path === undefined
      ? []
      : [html`<path class=${`arrow ${kind} ${walked.has(name) ? 'walked' : ''}`} d=${path} />`];
  };
  return [
    ...state.caught.filter((name) => !state.next.includes(name)).flatMap((name) => arrow(name, 'caught')),
    ...state.next.flatMap((name) => arrow(name, 'next')),
  ];
}

/** From the lower edge down to the upper edge; back up on the right side. */
function pathOf(from: Place, to: Place): string {
  const [x1, x2] = [left(from) + WIDTH / 2, left(to) + WIDTH / 2];
  if (to.row > from.row) {
    const [y1, y2] = [top(from) + HEIGHT, top(to)];
    const bend = Math.min(BELOW, (y2 - y1) / 2);
    return `M${x1},${y1} C${x1},${y1 + bend} ${x2},${y2 - bend} ${x2},${y2}`;
  }
  const [y1, y2] = [top(from) + HEIGHT / 2, top(to) + HEIGHT / 2];
  const [r1, r2] = [left(from) + WIDTH, left(to) + WIDTH];
  return `M${r1},${y1} C${r1 + BESIDE},${y1} ${r2 + BESIDE},${y2} ${r2},${y2}`;
}
