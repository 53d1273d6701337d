import { expect, it } from 'vitest';
import { quietSeconds } from '#operations/quiet-time';

const clock = { now: () => Date.parse('2026-11-22T12:00:10.900Z') };
const changed = (updated_at: string | null) => ({ pk: 'p', sk: 's', created_at: '2026-11-22T11:00:10Z', updated_at });

it.each([
  ['since the latest change', [changed('2026-11-22T12:00:00Z'), changed('2026-11-22T11:59:00Z')], 10],
  ['since it was made where it never changed', [changed(null)], 3600],
  ['of what is there', [undefined, changed('2026-11-22T12:00:09Z')], 1],
  ['of what has a time', [changed('soon'), changed('2026-11-22T12:00:00Z')], 10],
])('records are quiet for whole seconds %s', (_title, items, seconds) => {
  expect(quietSeconds(clock, ...items)).toBe(seconds);
});

it('nothing was ever changed where nothing is there', () => {
  expect(quietSeconds(clock, undefined)).toBe(Math.floor(clock.now() / 1000));
});
