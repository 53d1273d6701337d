import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EndpointCache } from '#adapters/dynamodb/endpoint-cache';

const MINUTE_MS = 60_000;
const here = { Address: 'here.example.org', CachePeriodInMinutes: 1 };
const there = { Address: 'there.example.org', CachePeriodInMinutes: 2 };

describe('EndpointCache', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives the endpoints of a key for as long as each holds', () => {
    const cache = new EndpointCache(2);
    cache.set('key', [here, there]);

    vi.advanceTimersByTime(MINUTE_MS);

    expect(cache.get('key')).toEqual([{ Address: there.Address, Expires: Date.now() + MINUTE_MS }]);
    expect(cache.getEndpoint('key')).toBe(there.Address);
  });

  it('has nothing of a key whose endpoints hold no more', () => {
    const cache = new EndpointCache(2);
    cache.set('key', [here]);

    vi.advanceTimersByTime(MINUTE_MS);

    expect(cache.getEndpoint('key')).toBeUndefined();
    expect(cache.has('key')).toBe(false);
  });

  it('gives up the key that was not used for longest where there are too many', () => {
    const cache = new EndpointCache(2);
    cache.set('first', [here]);
    cache.set('second', [here]);
    cache.getEndpoint('first');

    cache.set('third', [here]);

    expect(['first', 'second', 'third'].map((key) => cache.has(key))).toEqual([true, false, true]);
  });

  it('forgets a key, or all', () => {
    const cache = new EndpointCache(3);
    for (const key of ['first', 'second', 'third']) cache.set(key, [here]);

    cache.delete('first');
    const left = ['first', 'second'].map((key) => cache.has(key));
    cache.clear();

    expect(left).toEqual([false, true]);
    expect(cache.has('third')).toBe(false);
  });
});
