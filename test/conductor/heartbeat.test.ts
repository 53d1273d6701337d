import { describe, expect, it } from 'vitest';
import { downAfter, mayGoUnstored, speaksDirectly, storeWindow } from '#conductor/heartbeat';

const SEEN = '2026-11-22T12:00:00Z';
const after = (seconds: number): number => Date.parse(SEEN) + seconds * 1000;

describe('the window of a stored heartbeat', () => {
  it.each([
    [60, null, 25],
    [60, 20, 20],
    [60, 40, 25],
    [60, 0, 0],
    [3, null, 1],
    [1, null, 0],
    [300, null, 25],
    [7200, null, 25],
    [7200, 3000, 25],
    [7200, 20, 20],
  ])('with serviceDownTime %i and heartbeatWindow %s is %i seconds', (serviceDownTime, heartbeatWindow, expected) => {
    const settings = { serviceDownTime, heartbeatWindow };

    expect(storeWindow(settings)).toBe(expected);
    expect(downAfter(settings)).toBe(serviceDownTime + expected);
  });
});

describe('a host', () => {
  it.each([
    [0, true],
    [3600, true],
    [3601, false],
  ])('whose last direct heartbeat is %i seconds older than its last speaks by the URL: %s', (seconds, speaks) => {
    expect(speaksDirectly(after(0), after(seconds))).toBe(speaks);
  });
});

describe('a report', () => {
  it.each<readonly [is: boolean, title: string, changes: readonly string[], seen: string | undefined, at: number]>([
    [true, 'a moment after a stored one', ['report_count'], SEEN, 10],
    [true, 'at the moment of a stored one', ['report_count'], SEEN, 0],
    [true, 'within the window', ['report_count'], SEEN, 24.9],
    [false, 'at the end of the window', ['report_count'], SEEN, 25],
    [false, 'of a clock that runs ahead', ['report_count'], SEEN, -1],
    [false, 'that is the first', ['report_count'], undefined, 10],
    [false, 'with a time that is none', ['report_count'], 'soon', 10],
    [false, 'that changes something else too', ['report_count', 'disabled'], SEEN, 10],
    [false, 'that is none', ['version'], SEEN, 10],
    [false, 'without changes', [], SEEN, 10],
  ])('may go unstored is %s for one %s', (is, _title, changes, lastSeenUp, at) => {
    expect(mayGoUnstored({ changes, lastSeenUp }, after(at), 25)).toBe(is);
  });
});
