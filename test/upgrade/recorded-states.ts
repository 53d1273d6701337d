import { ATTACH_STORIES } from '../statemachines/attach-stories.ts';
import { CACHING_STORIES } from '../statemachines/caching-stories.ts';
import { readdirSync, readFileSync } from 'node:fs';
import type { BuildWorldOptions } from '../fixtures/build-world.ts';
import { CONFIRM_STORIES, CROSSING_STORIES, REVERT_STORIES } from '../statemachines/crossing-stories.ts';
import { BUILD_STORIES } from '../statemachines/stories.ts';
import type { Story } from '../statemachines/story.ts';
import { COLD_STORIES, LIVE_STORIES } from '../statemachines/move-stories.ts';
import { REBUILD_STORIES, UNSHELVE_STORIES } from '../statemachines/recovery-stories.ts';

type Around = NonNullable<BuildWorldOptions['around']>;
type Fields = Record<string, unknown>;

/** The states that each step of a workflow was called with, a sample for each set of fields. */
export type RecordedStates = Readonly<Record<string, readonly Fields[]>>;

export const FOLDER = new URL('../fixtures/states/', import.meta.url);

/** Ways through the workflows that between them come by every step. */
export const STORIES: readonly Story[] = [
  ...BUILD_STORIES,
  ...COLD_STORIES,
  ...LIVE_STORIES,
  ...UNSHELVE_STORIES,
  ...REBUILD_STORIES,
  ...ATTACH_STORIES,
  ...CACHING_STORIES,
  ...CROSSING_STORIES,
  ...CONFIRM_STORIES,
  ...REVERT_STORIES,
];

/** What the previous release's executions carry, by workflow. */
export function recordedStates(): ReadonlyMap<string, RecordedStates> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  return new Map(
    files.map((file) => {
      const states: RecordedStates = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
      return [file.replace('.json', ''), states];
    }),
  );
}

/** `arn:…:function:<deployment>-<workflow>`. */
const workflowOf = (functionArn: string): string => functionArn.replace(/^.*:function:nova-conductor-/u, '');

const stateOf = (event: { readonly state: unknown }): Fields => {
  const { state } = event;
  return typeof state === 'object' && state !== null ? Object.fromEntries(Object.entries(state)) : {};
};

const shape = (state: Fields): string => Object.keys(state).toSorted().join(' ');

/** Keeps a sample of every state that a step is called with. */
export class Recorder {
  readonly states = new Map<string, Map<string, Fields[]>>();

  readonly around: Around = (run, event, [arn]) => {
    const workflow = workflowOf(arn);
    const steps = this.states.get(workflow) ?? new Map<string, Fields[]>();
    this.states.set(workflow, steps);
    const samples = steps.get(event.step) ?? [];
    steps.set(event.step, samples);
    const state = stateOf(event);
    if (!samples.some((sample) => shape(sample) === shape(state))) samples.push(structuredClone(state));
    return run();
  };
}

/**
 * Takes from each state what the previous release did not put there: the rest is what its
 * executions hand to today's code.
 */
export const asRecorded =
  (recorded: ReadonlyMap<string, RecordedStates>): Around =>
  (run, event, [arn]) => {
    const samples = recorded.get(workflowOf(arn))?.[event.step];
    if (samples === undefined) return run();
    const known = new Set(samples.flatMap((sample) => Object.keys(sample)));
    const state: unknown = event.state;
    if (typeof state === 'object' && state !== null)
      for (const name of Object.keys(state)) if (!known.has(name)) Reflect.deleteProperty(state, name);
    return run();
  };
