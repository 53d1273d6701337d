import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Cloud } from '#adapters/openstack/cloud';
import { audit } from '#cli/audit/audit-rules';
import { auditFacts } from '#cli/audit/audit-facts';
import type { Finding } from '#cli/audit/finding';
import type { Services } from '#ports/services';
import { misfitCloud, tokenOf, type Misfit } from './misfit-cloud.ts';
import { operatorOf } from '../../fixtures/resized-across-cells.ts';
import { watchingAll } from '../../fixtures/watching.ts';
import { outcomesOf } from '../../statemachines/outcome.ts';
import { playThrough } from '../../statemachines/play.ts';
import type { BuildWorld } from '../../fixtures/build-world.ts';
import { WORKFLOW_GRANTS } from '../../../lib/workflow-grants.ts';
import { ASKED, SERVICES, type Asked } from './asked-services.ts';

const [MINUTES, HOURS] = [600_000, 7200];
/** Ports of functions by what a workflow is granted; claims have a table of their own. */
const PORTS: Readonly<Record<string, Asked['port'] | undefined>> = {
  accelerator: 'accelerators',
  'block-storage': 'volumes',
  image: 'image',
  'image-store': 'image',
  network: 'network',
  'network-ports': 'networkPorts',
};
const PAGE = '<html><body>Welcome to nginx!</body></html>';

/** What is wrong, and what the audit advises. */
const KINDS: Readonly<Record<string, readonly [wrong: Misfit, advice: RegExp]>> = {
  'is away': [{}, /look at the service/u],
  'answers 403': [{ services: { status: 403 } }, /roles admin and service/u],
  'answers a page of HTML': [{ services: { text: PAGE } }, /address in the catalog/u],
  'has no such microversion': [{ services: { status: 406 } }, /upgrade the service/u],
  'sends elsewhere': [{ services: { status: 302, text: '' } }, /address in the catalog/u],
  'is not in the catalog': [{ keystone: tokenOf(['compute']) }, /Mend the catalog/u],
  'is in another region': [{ keystone: tokenOf(undefined, 'RegionTwo') }, /Mend the catalog/u],
  'is asked by an expired credential': [{ keystone: { status: 401, text: '{}' } }, /not deleted or expired/u],
};

/** Names of the port that is looked at in the services of a function. */
const put = (services: Services, port: Asked['port'], change: (own: object) => object): Services => {
  const own = services[port];
  return own === undefined ? services : { ...services, [port]: change(own) };
};

/** Plays a story in which a service does not fit for ten minutes, from when the workflow asks it first. */
async function played({ workflow, port, story: newStory }: Asked, misfit?: Misfit) {
  const story = newStory();
  const running = new AsyncLocalStorage<string>();
  let world: BuildWorld | undefined;
  let since: number | undefined;
  let isMended = misfit === undefined;
  let met = 0;
  const findings: Finding[] = [];
  const ports: Cloud | undefined = misfit && misfitCloud(misfit);
  const adapt = (services: Services): Services =>
    put(story.options.adapt?.(services) ?? services, port, (own) =>
      watchingAll(own, async (method, args, run) => {
        if (isMended || ports === undefined || running.getStore()?.endsWith(`-${workflow}`) !== true) return run();
        since ??= services.clock.now();
        if (services.clock.now() - since < MINUTES) {
          met += 1;
          return Reflect.apply(Reflect.get(ports[port], method), ports[port], args);
        }
        if (world !== undefined) findings.push(...audit(await auditFacts(operatorOf(world))));
        isMended = true;
        return run();
      }),
    );
  const watched = {
    ...story,
    options: { ...story.options, restsWithin: HOURS, adapt },
    before: async (booted: BuildWorld) => {
      world = booted;
      await story.before?.(booted);
    },
  };
  const ending = await playThrough(watched, (run, _event, [machine]) => running.run(machine, run));
  return {
    met,
    named: findings.filter(({ rule }) => rule === 'service-unusable'),
    ended: {
      outcomes: outcomesOf(ending.world),
      statuses: (await ending.world.executions()).map(({ status }) => status).toSorted(),
      leftOver: ending.leftOver,
    },
  };
}

const ROWS = ASKED.map((row) => [`${row.workflow}: ${row.story().name}`, row] as const);

describe.each(ROWS)('%s, while a service', (_row, row) => {
  let undisturbed: Awaited<ReturnType<typeof played>>;

  beforeAll(async () => {
    undisturbed = await played(row);
  });

  test.each(Object.entries(KINDS))(
    '%s, waits, is named by the audit, and ends as without it',
    async (_kind, [misfit, advice]) => {
      const { ended, met, named } = await played(row, misfit);

      expect(met).toBeGreaterThan(0);
      expect(named).toEqual([
        expect.objectContaining({
          subject: misfit.keystone?.status === 401 ? 'identity' : SERVICES[row.port],
          advice: expect.stringMatching(advice),
        }),
      ]);
      expect(ended).toEqual(undisturbed.ended);
    },
  );
});

test('a service stands here for each that the functions of a workflow may ask', () => {
  const granted = Object.entries(WORKFLOW_GRANTS).flatMap(([workflow, { ports }]) =>
    ports.flatMap((port) => (PORTS[port] === undefined ? [] : `${workflow} ${PORTS[port]}`)),
  );

  const shown = ASKED.filter(({ port }) => port !== 'cloudQuota').map(({ workflow, port }) => `${workflow} ${port}`);

  expect([...new Set(shown)].toSorted()).toEqual([...new Set(granted)].toSorted());
});
