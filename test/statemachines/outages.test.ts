import { describe, expect, test } from 'vitest';
import { TaskFailure } from '#local/runner/failure';
import { ExecutionsThrottled } from '#ports/executions';
import { QueueThrottled } from '#ports/queues';
import { TableThrottled } from '#ports/tables';
import type { BuildWorld, BuildWorldOptions } from '../fixtures/build-world.ts';
import { COLD_STORIES, LIVE_STORIES } from './move-stories.ts';
import { Outage, type Window } from './outage.ts';
import { outcomesOf, type Outcome } from './outcome.ts';
import { playThrough, type Ending } from './play.ts';
import { REBUILD_STORIES, UNSHELVE_STORIES } from './recovery-stories.ts';
import { BUILD_STORIES } from './stories.ts';
import type { Story } from './story.ts';

/** States in which a host gets its order. */
const ORDERING = [
  'Build on host',
  'Cast prep_resize',
  'Start migration',
  'Rebuild on host',
  'Start in place',
  'Unshelve on host',
];

/** Seconds that a host works on its order. */
const WORKS = 400;
const HOURS = 3600;
/** Events of all executions that an outage of six hours may add to what a story has without it. */
const MOST_EVENTS = 300;

/** A story whose host works for long on an order. */
function slow(stories: readonly Story[], name: string, method: string, host?: string): Story {
  const story = stories.find((each) => each.name === name);
  if (story === undefined) throw new Error(`no story is called ${name}`);
  const behaviour: BuildWorldOptions['behaviour'] = (order) =>
    order.method === method && (host === undefined || order.host === host) ? { delay: WORKS * 1000 } : 'build';
  return { ...story, options: { ...story.options, behaviour, restsWithin: 12 * HOURS } };
}

const STORIES: readonly Story[] = [
  slow(BUILD_STORIES, 'a slow build', 'build_and_run_instance'),
  slow(COLD_STORIES, 'a resize', 'prep_resize', 'host2'),
  slow(LIVE_STORIES, 'a live migration', 'live_migration', 'host1'),
  slow(REBUILD_STORIES, 'a rebuild in place', 'rebuild_instance'),
  slow(REBUILD_STORIES, 'an evacuation', 'rebuild_instance'),
  slow(UNSHELVE_STORIES, 'an offloaded server', 'unshelve_instance'),
];

/** What a caller sees of a service of ours that is away. */
const AWAY = {
  'no step can run': () => new TaskFailure('Lambda.Unknown', 'the function is away'),
  'every step is throttled': () => new TaskFailure('Lambda.TooManyRequestsException', 'Rate Exceeded.'),
  'no step comes to its end in time': () => new TaskFailure('Sandbox.Timedout', 'Task timed out'),
  'the records cannot be read': () => new TableThrottled('DynamoDB is not available for now: ECONNREFUSED'),
  'nothing can be sent': () => new QueueThrottled('SQS is not available for now: ServiceUnavailable'),
  'no token can be answered': () => new ExecutionsThrottled('Step Functions is not available for now: Throttling'),
} as const;

async function events(world: BuildWorld): Promise<number> {
  const lengths = await Promise.all(
    (await world.executions()).map(
      async ({ executionArn }) => (await world.world.runner.getExecutionHistory({ executionArn })).events.length,
    ),
  );
  return lengths.reduce((sum, length) => sum + length, 0);
}

interface Ended {
  readonly outcomes: readonly Outcome[];
  readonly statuses: readonly string[];
  readonly leftOver: readonly string[];
}

async function endOf({ world, leftOver }: Ending): Promise<Ended> {
  return { outcomes: outcomesOf(world), statuses: (await world.executions()).map(({ status }) => status), leftOver };
}

async function withOutage(story: Story, window: Window, fail: () => Error) {
  const outage = new Outage(ORDERING, window);
  const before = story.before;
  const timed: Story = {
    ...story,
    before: async (world) => {
      outage.by(world.clock);
      await before?.(world);
    },
  };
  const ending = await playThrough(timed, outage.ofSteps(fail));
  return { ended: await endOf(ending), events: await events(ending.world), met: outage.met };
}

describe.each(STORIES)('an outage in the middle of $name', (story) => {
  test.each(Object.entries(AWAY))(
    'costs time only when for a minute %s, and when for six hours',
    async (_title, fail) => {
      const undisturbed = await playThrough(story, (run) => run());
      const expected = { ended: await endOf(undisturbed), events: await events(undisturbed.world) };

      const minute = await withOutage(story, { from: 100, to: 160 }, fail);
      const hours = await withOutage(story, { from: 100, to: 100 + 6 * HOURS }, fail);

      expect([minute.met > 0, hours.met > 0]).toEqual([true, true]);
      expect(minute.ended).toEqual(expected.ended);
      expect(hours.ended).toEqual(expected.ended);
      expect(hours.events - expected.events).toBeLessThan(MOST_EVENTS);
    },
  );
});

test('a launch that is throttled for three minutes after the request ends as it would have ended', async () => {
  const [build] = STORIES;
  if (build === undefined) throw new Error('there is no build');
  const undisturbed = await endOf(await playThrough(build, (run) => run()));
  let [now, since] = [() => 0, Infinity];
  const throttled: Story = {
    ...build,
    before: async (world) => {
      now = () => world.clock.now();
    },
  };

  const ending = await playThrough(throttled, (run, _event, [arn]) => {
    if (!arn.endsWith('-launch')) return run();
    since = Math.min(since, now());
    return now() - since < 180_000 ? Promise.reject(AWAY['every step is throttled']()) : run();
  });

  expect(await endOf(ending)).toEqual(undisturbed);
  expect(undisturbed.outcomes).toMatchObject([{ states: ['active', null, false] }]);
});
