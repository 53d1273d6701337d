import { describe, expect, it } from 'vitest';
import { seededIds } from '#adapters/memory/ids';
import { randomIds } from '#adapters/system/ids';

const VERSION_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u;

describe('ids', () => {
  it('are uuids of version 4, each another', () => {
    const seeded = seededIds('seed');
    const ids = Array.from({ length: 100 }, () => [randomIds.uuid(), seeded.uuid()]).flat();

    expect(ids.every((id) => VERSION_4.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(200);
  });

  it('of one seed are the same again, of another seed others', () => {
    const [first, again, other] = [seededIds(1), seededIds(1), seededIds(2)];

    const ids = [first.uuid(), first.uuid()];

    expect([again.uuid(), again.uuid()]).toEqual(ids);
    expect(ids).not.toContain(other.uuid());
  });
});
