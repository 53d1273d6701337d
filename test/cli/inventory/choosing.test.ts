import { afterEach, describe, expect, it, vi } from 'vitest';
import { momentOf } from '#cli/inventory/choosing';
import { CommandFailure } from '#cli/deployment/failure';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const moment = (text: string): number => momentOf(text, NOW, '--since');

describe('a moment', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['0s', '2026-11-29T12:00:00.000Z'],
    ['90s', '2026-11-29T11:58:30.000Z'],
    ['1.5h', '2026-11-29T10:30:00.000Z'],
    ['7d', '2026-11-22T12:00:00.000Z'],
    ['2026-11-29', '2026-11-29T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['2026-11-29T10:00:00Z', '2026-11-29T10:00:00.000Z'],
    ['2026-11-29T10:00:00.250Z', '2026-11-29T10:00:00.250Z'],
    ['2026-11-29T10:00+02:00', '2026-11-29T08:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(new Date(moment(text)).toISOString()).toBe(expected);
  });

  it.each(['2026-11-29T10:00:00', '2026-11-29 10:00'])('%s is of UTC, as the times that are printed are', (text) => {
    vi.stubEnv('TZ', 'Asia/Tokyo');

    expect(moment(text)).toBe(Date.parse('2026-11-29T10:00:00Z'));
  });

  it.each(['99999999999999999999d', `${'9'.repeat(400)}d`])(
    'longer ago than there are dates is before all: %#',
    (text) => {
      expect(moment(text)).toBeLessThan(Date.parse('0001-01-01'));
    },
  );

  it.each([
    '',
    'soon',
    '2',
    '-2h',
    '2 h',
    '2H',
    '1e3h',
    'h',
    '2h30m',
    'NaNd',
    'Infinityh',
    '٢h',
    '2026-11-29junk',
    '2026-11-29,7',
    '2026-11-29T10:00:00Z foo',
    '2026-11-29T',
    '2026-11-29T25:00:00Z',
    '2026-11-29T10',
    '2026-02-29',
    '2026-02-31',
    '2026-02-30T10:00:00Z',
    '2026-13-01',
    '2026-00-10',
    '0000-00-00',
    '20261129',
    '1795953600',
    '2026-11-29T10:00:00+99:00',
    '2026-11-29T10:61:00Z',
  ])('"%s" is none', (text) => {
    expect(() => moment(text)).toThrow(CommandFailure);
    expect(() => moment(text)).toThrow(`--since ${text} is no time`);
  });
});
