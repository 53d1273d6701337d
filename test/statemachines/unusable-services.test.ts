import { beforeAll, describe, expect, test } from 'vitest';
import type { Clock } from '#ports/clock';
import { tokenAnswer, unusablePlacement, type Wrong } from '../fixtures/placement/unusable-placement.ts';
import { COLD_STORIES } from './move-stories.ts';
import { outcomesOf } from './outcome.ts';
import { playThrough, type Ending } from './play.ts';
import { BUILD_STORIES } from './stories.ts';
import type { Story } from './story.ts';

const [MINUTES, HOUR] = [600_000, 3_600_000];
const PAGE = '<html><body>Welcome to nginx!</body></html>';

/** What is wrong, and what the line of the log says of it: the service, its address, and what to do. */
const KINDS: Readonly<Record<string, readonly [wrong: Wrong, service: string, url: RegExp, remedy: RegExp]>> = {
  'is away': [{ placement: 'nobody' }, 'placement', /placement\.test\//u, /look at the service/u],
  'is cut off': [{ placement: 'cut' }, 'placement', /placement\.test\//u, /look at the service/u],
  'answers 503': [{ placement: { status: 503 } }, 'placement', /placement\.test\//u, /look at the service/u],
  'answers a page of HTML': [
    { placement: { text: PAGE } },
    'placement',
    /placement\.test\//u,
    /address in the catalog/u,
  ],
  'answers 404 by a page of HTML': [
    { placement: { status: 404, text: PAGE } },
    'placement',
    /placement\.test\//u,
    /address in the catalog/u,
  ],
  'answers 500 by a page of HTML': [
    { placement: { status: 500, text: PAGE } },
    'placement',
    /placement\.test\//u,
    /look at the service/u,
  ],
  'sends elsewhere': [
    { placement: { status: 302, text: '' } },
    'placement',
    /placement\.test\//u,
    /address in the catalog/u,
  ],
  'misses a role': [{ placement: { status: 403 } }, 'placement', /placement\.test\//u, /roles admin and service/u],
  'has no such microversion': [
    { placement: { status: 406 } },
    'placement',
    /placement\.test\//u,
    /upgrade the service/u,
  ],
  'is asked by an expired credential': [
    { keystone: { status: 401, text: '{}' } },
    'identity',
    /keystone\.test\/v3/u,
    /not deleted or expired/u,
  ],
  'is asked by a credential that was deleted': [
    { keystone: { status: 404, text: '{}' } },
    'identity',
    /keystone\.test\/v3/u,
    /not deleted or expired/u,
  ],
  'is in another region': [
    { keystone: tokenAnswer('other', 'RegionTwo') },
    'placement',
    /keystone\.test\/v3 \(catalog\)/u,
    /Mend the catalog/u,
  ],
  'is not in the catalog': [
    { keystone: tokenAnswer('other', 'RegionOne', 'image') },
    'placement',
    /keystone\.test\/v3 \(catalog\)/u,
    /Mend the catalog/u,
  ],
};

const storyOf = (stories: readonly Story[], name: string): Story => {
  const story = stories.find((each) => each.name === name);
  if (story === undefined) throw new Error(`no story is called ${name}`);
  return story;
};

/** Each reads claims and writes them. */
const STORIES = [
  storyOf(BUILD_STORIES, 'a host that gives the server back'),
  storyOf(COLD_STORIES, 'a destination that gives the server back'),
];

const never = (): number => Infinity;

/** Plays a story in which Placement cannot be used for the first ten minutes, or nothing is wrong. */
async function played(story: Story, wrong?: Wrong, calls: 'reads' | 'writes' = 'reads') {
  let since = never;
  const met: (() => number)[] = [];
  const timed: Story = {
    ...story,
    options: {
      ...story.options,
      restsWithin: 2 * HOUR,
      adapters: (adapters) => {
        const isNow = (): boolean => wrong !== undefined && since() < MINUTES;
        const service = unusablePlacement(adapters.tables, {
          wrong: wrong ?? { placement: 'nobody' },
          calls,
          isNow,
        });
        met.push(service.met);
        return { ...adapters, cloud: { placement: service.placement } };
      },
    },
    // what a script counts is how often it is asked: a move begins with a server that was built without trouble
    before: async (world) => {
      if (story.afterwards === undefined) since = elapsed(world.clock);
      await story.before?.(world);
    },
    ...(story.afterwards === undefined
      ? {}
      : {
          afterwards: async (world) => {
            since = elapsed(world.clock);
            await story.afterwards?.(world);
          },
        }),
  };
  const ending = await playThrough(timed, (run) => run());
  return {
    ...(await endOf(ending)),
    lines: ending.world.platform.log.lines,
    met: met.reduce((sum, each) => sum + each(), 0),
  };
}

function elapsed(clock: Pick<Clock, 'now'>): () => number {
  const begun = clock.now();
  return () => clock.now() - begun;
}

const endOf = async ({ world, leftOver }: Ending) => ({
  ended: {
    outcomes: outcomesOf(world),
    statuses: (await world.executions()).map(({ status }) => status).toSorted(),
    leftOver,
  },
});

describe.each(STORIES)('$name, while Placement', (story) => {
  let undisturbed: Awaited<ReturnType<typeof played>>;

  beforeAll(async () => {
    undisturbed = await played(story);
  });

  describe.each(Object.entries(KINDS))('%s', (_kind, [wrong, service, url, remedy]) => {
    test.each(['reads', 'writes'] as const)('for %s, waits, says what to do, and ends as without it', async (calls) => {
      const { ended, lines, met } = await played(story, wrong, calls);

      expect(met).toBeGreaterThan(0);
      expect(ended).toEqual(undisturbed.ended);
      expect(lines).toContainEqual(
        expect.objectContaining({
          level: 'error',
          fields: expect.objectContaining({
            service,
            url: expect.stringMatching(url),
            trouble: expect.any(String),
            remedy: expect.stringMatching(remedy),
          }),
        }),
      );
    });
  });
});
