import { expect, it } from 'vitest';
import { Instance } from '#objects/instance/instance';
import { Tag, TagList } from '#objects/instance/tag';
import { BlockCounter } from '#records/block-counter';
import { newInstanceItem } from '#records/new-instance';
import { ManualClock } from '../fixtures/manual-clock.ts';
import { memoryTables } from '../fixtures/tables.ts';

it('REC-08 a new server takes every field of its build request but the tags, which lie in a record of their own', async () => {
  const { tables } = memoryTables();
  const asked = Instance.load({
    uuid: 'u',
    host: null,
    display_name: 'web',
    metadata: { a: 'b' },
    tags: TagList.load({ objects: [Tag.load({ tag: 't' })] }),
  });

  const item = await newInstanceItem({ tables, counter: new BlockCounter(), clock: new ManualClock() }, 'cell1', asked);

  expect(item).toMatchObject({ uuid: 'u', host: null, display_name: 'web', metadata: { a: 'b' } });
  expect(item).not.toHaveProperty('tags');
});
