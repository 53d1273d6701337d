import type { Definition, Graph, State } from './definition.ts';
import type { Expressions } from './expressions.ts';
import { Fields } from './fields.ts';
import { parseJson, type Json, type JsonObject } from './json.ts';
import { loadState } from './load-state.ts';
import { InvalidDefinition } from './refusal.ts';

/**
 * Reads, checks and compiles a state machine.
 *
 * @throws InvalidDefinition naming the feature and the state when anything lies outside the
 *   subset (docs/adr/0002-asl-subset.md)
 */
export function loadDefinition(source: string | JsonObject, expressions: Expressions): Definition {
  const json = typeof source === 'string' ? parseJson(source) : source;
  const fields = new Fields(json, undefined, expressions);
  const version = fields.optionalText('Version');
  if (version !== undefined && version !== '1.0') fields.refuse('Field value', `Version ${version}`);
  const language = fields.optionalText('QueryLanguage') ?? 'JSONPath (by default)';
  if (language !== 'JSONata') fields.refuse('JSONPath', `QueryLanguage is ${language}`);
  const timeoutSeconds = fields.has('TimeoutSeconds') ? fields.integer('TimeoutSeconds', 1, 1) : undefined;
  const graph = loadGraph(fields, new Set());
  return { graph, timeoutSeconds };
}

/** @param outer the variables that states around this graph assign: an inner state may read, but not assign them */
function loadGraph(fields: Fields, outer: ReadonlySet<string>): Graph {
  const startAt = fields.text('StartAt');
  const sources = new Fields(fields.raw('States'), fields.state, fields.expressions, 'States');
  fields.refuseOthers();
  const names = Object.keys(fields.raw('States') ?? {});
  if (names.length === 0) fields.refuse('Missing field', 'States is empty');
  const assigned = new Set(outer);
  for (const name of names) {
    for (const variable of variablesOf(sources.raw(name))) {
      if (outer.has(variable)) {
        throw new InvalidDefinition('Variable scope', name, `an outer state assigns $${variable} as well`);
      }
      assigned.add(variable);
    }
  }
  const states = new Map<string, State>();
  for (const name of names) {
    if (name.length > 80) fields.refuse('Field value', `the state name ${name} is longer than 80 characters`);
    states.set(
      name,
      loadState(new Fields(sources.raw(name), name, fields.expressions, 'the state'), name, {
        variables: assigned,
        loadGraph,
      }),
    );
  }
  if (!states.has(startAt)) fields.refuse('Transition', `StartAt names no state: ${startAt}`);
  for (const state of states.values()) {
    for (const target of targetsOf(state)) {
      if (!states.has(target)) throw new InvalidDefinition('Transition', state.name, `there is no state ${target}`);
    }
  }
  return { startAt, states };
}

/** Names under every Assign of the state itself, its rules and its catchers, but not of the states inside it. */
function variablesOf(state: Json | undefined): string[] {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) return [];
  const holders = [state, ...[state['Choices'], state['Catch']].flatMap((list) => (Array.isArray(list) ? list : []))];
  return holders.flatMap((holder) => {
    if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) return [];
    const assign = holder['Assign'];
    return typeof assign === 'object' && assign !== null ? Object.keys(assign) : [];
  });
}

function targetsOf(state: State): string[] {
  const targets: (string | undefined)[] = [];
  if ('next' in state) targets.push(state.next);
  if ('catch' in state) targets.push(...state.catch.map((catcher) => catcher.next));
  if (state.type === 'Choice') targets.push(state.default, ...state.choices.map((rule) => rule.next));
  return targets.filter((target) => target !== undefined);
}
