import { expect, test } from 'vitest';
import { auditPeriod, isoSeconds, novaTimestamp } from '#conductor/time';

const AT = Date.parse('2026-11-22T10:13:17.070Z');

test('a time of Nova has seconds and its zone', () => {
  expect(isoSeconds(AT)).toBe('2026-11-22T10:13:17Z');
});

test('the time of a notification has microseconds, a blank and no zone', () => {
  expect(novaTimestamp(AT)).toBe('2026-11-22 10:13:17.070000');
});

test('a server is audited from the beginning of the month until now', () => {
  expect(auditPeriod(AT)).toEqual({
    audit_period_beginning: '2026-11-01T00:00:00.000000',
    audit_period_ending: '2026-11-22T10:13:17.070000',
  });
});
