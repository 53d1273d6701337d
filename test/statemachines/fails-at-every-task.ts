import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  CallFailure,
  type CallMode,
  FailurePlan,
  MODES,
  passes,
  type Mode,
  type TaskName,
} from '../fixtures/failures.ts';
import { isCompared, knownToDiffer } from './known-differences.ts';
import { outcomesOf, type Outcome } from './outcome.ts';
import { play, playCall, tasksOf } from './play.ts';
import type { Story } from './story.ts';

/** A story with the Tasks that it walks through when nothing fails, and those that no story before it has walked. */
interface Walk {
  readonly story: Story;
  readonly name: string;
  readonly tasks: readonly TaskName[];
  readonly own: readonly TaskName[];
  readonly leftOver: readonly string[];
  readonly outcomes: readonly Outcome[];
}

async function walk(workflows: readonly string[], stories: readonly Story[]): Promise<Walk[]> {
  const seen = new Set<string>();
  const walks: Walk[] = [];
  for (const story of stories) {
    const plan = new FailurePlan();
    const { world, leftOver } = await play(story, plan);
    const visited = plan.visited.filter(({ workflow }) => workflows.includes(workflow));
    const tasks = [...new Map(visited.map((task) => [JSON.stringify(task), task])).values()];
    const own = tasks.filter((task) => !seen.has(JSON.stringify(task)));
    for (const task of own) seen.add(JSON.stringify(task));
    walks.push({ story, name: story.name, tasks, own, leftOver, outcomes: outcomesOf(world) });
  }
  return walks;
}

/** What a story leaves behind when one Task goes wrong, and how it ends. */
async function failed(story: Story, task: TaskName, mode: Mode) {
  const plan = new FailurePlan(task, mode);
  const { world, leftOver } = await play(story, plan);
  const lines = [...(plan.struck ? [] : ['nothing went wrong']), ...leftOver];
  return { remains: lines.map((line) => `${task.state}: ${line}`), outcomes: outcomesOf(world) };
}

/** What a story leaves behind when the first run of a Task goes wrong at one of its calls, for each of them. */
async function remainsOfCalls(story: Story, task: TaskName, mode: CallMode): Promise<string[]> {
  const remains: string[] = [];
  for (let at = 1; ; at += 1) {
    const failure = new CallFailure(task, at, mode);
    const { leftOver } = await playCall(story, failure);
    if (failure.failed === undefined) return remains;
    const when = `${task.state}, ${mode.after ? 'after' : 'before'} call ${at} (${failure.failed})`;
    remains.push(...leftOver.map((line) => `${when}: ${line}`));
  }
}

/** What only an undo that fails for good leads to: test/workflows/undo-that-fails.test.ts walks through them. */
const AFTER_AN_UNDO: ReadonlySet<string> = new Set([
  'Bury half undone',
  'Fail half undone',
  'Fail servers half undone',
  'Undo the rest',
]);

/**
 * The table: every story, every Task on its way, every way to fail. Where stories are named, a Task fails in these alone,
 * and in the first of the others that walks through it.
 */
export async function failsAtEveryTask(
  workflows: readonly string[],
  stories: readonly Story[],
  everywhere: readonly string[] = stories.map(({ name }) => name),
): Promise<void> {
  const walks = await walk(workflows, stories);
  test('the stories walk through every Task and leave nothing behind', () => {
    const walked = new Set(walks.flatMap(({ tasks }) => tasks.map((task) => JSON.stringify(task))));

    const missed = tasksOf(workflows).filter((task) => !walked.has(JSON.stringify(task)));
    expect(
      missed.filter(({ state }) => !AFTER_AN_UNDO.has(state)).map(({ workflow, state }) => `${workflow}: ${state}`),
      'each Task needs a story that leads through it, an undo one in which its do is broken',
    ).toEqual([]);
    expect(walks.flatMap(({ leftOver }) => leftOver)).toEqual([]);
  });

  const failing = walks.map((each) => ({ ...each, tasks: everywhere.includes(each.name) ? each.tasks : each.own }));
  describe.each(failing.filter(({ tasks }) => tasks.length > 0))('$name', ({ story, name, tasks, own, outcomes }) => {
    test.each(MODES)('leaves nothing behind when a Task %s', async (mode) => {
      const remains: string[] = [];
      const otherwise: string[] = [];
      for (const task of tasks) {
        const ending = await failed(story, task, mode);
        remains.push(...ending.remains);
        if (passes(mode) && isCompared(workflows) && !isDeepStrictEqual(ending.outcomes, outcomes))
          otherwise.push(task.state);
      }

      expect(remains).toEqual([]);
      expect(otherwise, 'a failure that passes changes nothing of the end').toEqual(
        knownToDiffer(workflows, name, mode),
      );
    });

    test.each(own)('leaves nothing behind when $state dies before or after any call that it makes', async (task) => {
      const forGood = false;
      const remains = [
        ...(await remainsOfCalls(story, task, { after: false, forGood })),
        ...(await remainsOfCalls(story, task, { after: true, forGood })),
      ];

      expect(remains).toEqual([]);
    });

    test.each(own)(
      'leaves nothing behind when $state fails for good before or after any call that it makes',
      async (task) => {
        const forGood = true;
        const remains = [
          ...(await remainsOfCalls(story, task, { after: false, forGood })),
          ...(await remainsOfCalls(story, task, { after: true, forGood })),
        ];

        expect(remains).toEqual([]);
      },
    );
  });
}
