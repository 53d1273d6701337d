import { listOf, mapOf, textOf } from '#wire/reading';
import type { Json } from '#ports/json';
import { duration } from '#cli/output/columns';

/** What the drawing needs of a history event, in the order of events. */
export interface StateEvent {
  readonly id: number;
  readonly type: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Name of the state, on events of entering and leaving. */
  readonly state: string | undefined;
  /** Name of the error, on events that have one. */
  readonly error: string | undefined;
}

/** One visit to a state. */
export interface Visit {
  readonly state: string;
  readonly enteredAt: number;
  readonly leftAt: number | undefined;
  /** Errors that its tasks met, those that were retried included. */
  readonly errors: readonly string[];
}

/** The visits of an execution's outermost states, in order. */
export function visitsOf(events: readonly StateEvent[], outermost: readonly string[]): Visit[] {
  const visits: { state: string; enteredAt: number; leftAt: number | undefined; errors: string[] }[] = [];
  for (const { type, at, state, error } of events) {
    const last = visits.at(-1);
    if (state !== undefined && outermost.includes(state)) {
      if (type.endsWith('StateEntered')) visits.push({ state, enteredAt: at, leftAt: undefined, errors: [] });
      else if (last !== undefined) last.leftAt = at;
    } else if (error !== undefined && last !== undefined && !type.startsWith('Execution')) {
      last.errors.push(error);
    }
  }
  return visits;
}

/** A state as a node of a graph. */
export interface StateNode {
  readonly name: string;
  /** As in the definition: `Task`, `Choice`, `Wait` … */
  readonly type: string;
  /** Where it may lead. */
  readonly next: readonly string[];
  /** Where its errors may lead. */
  readonly caught: readonly string[];
}

/** The outermost states of a definition with what may follow each; the first is where it starts. */
export function graphOf(definition: string): StateNode[] {
  const parsed: Json = JSON.parse(definition);
  const machine = mapOf(parsed);
  const start = textOf(machine['StartAt']);
  const nodes = Object.entries(mapOf(machine['States'])).map(([name, state]) => ({
    name,
    type: textOf(mapOf(state)['Type']) ?? '',
    ...targetsOf(state),
  }));
  return nodes.toSorted((a, b) => Number(b.name === start) - Number(a.name === start));
}

/** The outermost states of a definition, in the order in which they are written. */
export function statesOf(definition: string): string[] {
  const parsed: Json = JSON.parse(definition);
  return Object.keys(mapOf(mapOf(parsed)['States']));
}

/**
 * A state machine as text, a line for each state: `✓` passed, `✗` left by a caught error, `▶` where it stands, with
 * what may follow. A state that was passed several times says so.
 */
export function drawMachine(definition: string, visits: readonly Visit[], status: string, now: number): string[] {
  const parsed: Json = JSON.parse(definition);
  const states = mapOf(mapOf(parsed)['States']);
  const last = visits.at(-1);
  return Object.entries(states).map(([name, state]) => {
    const own = visits.filter((visit) => visit.state === name);
    const here = last?.state === name && status !== 'SUCCEEDED';
    const times = own.length > 1 ? ` ×${own.length}` : '';
    const note = here ? standing(last, status, now) : '';
    const { next: then, caught } = targetsOf(state);
    const next = [...new Set([...then, ...caught])].join(' | ');
    return `  ${mark(own, here)} ${name}${times}${note}${next === '' ? '' : `  → ${next}`}`;
  });
}

function mark(own: readonly Visit[], here: boolean): string {
  if (here) return '▶';
  if (own.length === 0) return '·';
  return own.every(({ errors }) => errors.length > 0) ? '✗' : '✓';
}

function standing(visit: Visit, status: string, now: number): string {
  const error = visit.errors.at(-1);
  if (status === 'RUNNING')
    return `  (for ${duration(now - visit.enteredAt)}${error === undefined ? '' : `, after ${error}`})`;
  return `  (${status} here${error === undefined ? '' : `: ${error}`})`;
}

function targetsOf(value: Json): Pick<StateNode, 'next' | 'caught'> {
  const state = mapOf(value);
  const next = [...listOf(state['Choices']).map(nextOf), textOf(state['Default']), textOf(state['Next'])];
  return { next: named(next), caught: named(listOf(state['Catch']).map(nextOf)) };
}

const named = (names: readonly (string | undefined)[]): string[] => [
  ...new Set(names.filter((name) => name !== undefined)),
];

const nextOf = (value: Json): string | undefined => textOf(mapOf(value)['Next']);
