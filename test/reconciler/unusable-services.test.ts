import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import { ServiceMisconfigured } from '#errors';
import { noteTrouble } from '#operations/service-trouble';
import { DEFAULTS } from '#ports/configuration';
import { countUnusableServices } from '#reconciler/unusable-services';
import { memoryTables } from '../fixtures/tables.ts';

const MINUTE = 60_000;
const TROUBLE = new ServiceMisconfigured({ service: 'placement', url: 'u', trouble: 'answered 403', remedy: 'Do.' });
const config = { ...DEFAULTS, openstackServices: ['placement'] };

/** A trouble that was met at these minutes; answers what a round counts at the last of them, or later. */
async function counted(minutes: readonly number[], later = 0, services = config) {
  const { tables } = memoryTables();
  const log = new MemoryLog();
  let now = 0;
  const clock = { now: () => now, timer: () => () => undefined };
  for (const minute of minutes) {
    now = minute * MINUTE;
    await noteTrouble({ clock, log, tables }, 'e1', TROUBLE);
  }
  now += later * MINUTE;
  await countUnusableServices({ clock, config: services, log, tables });
  return log.measured.filter(({ metric }) => metric === 'unusable_services').map(({ values }) => values);
}

describe('the services that operations wait for', () => {
  it.each([
    ['met again and again for five minutes', [0, 2, 5], 0, 1],
    ['met once', [0], 0, 0],
    ['not met any more', [0, 5], 16, 0],
    ['met again after it was over', [0, 5, 30], 0, 0],
  ])('are counted: one that was %s', async (_title, minutes, later, count) => {
    expect(await counted(minutes, later)).toEqual([[count]]);
  });

  it('are not asked for where the deployment has no services of a cloud', async () => {
    expect(await counted([0, 5], 0, { ...config, openstackServices: [] })).toEqual([]);
  });
});
