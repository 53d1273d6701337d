import { describe, expect, test } from 'vitest';
import { checkArguments } from '#client/check-arguments';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import type { JsonMap } from '#ports/json';
import { BuildWorld } from '../fixtures/build-world.ts';

const METHOD = 'schedule_and_build_instances';

/** What a publisher sends for one server. */
async function sent(): Promise<JsonMap> {
  const world = await BuildWorld.boot();
  return scheduleAndBuildInstances(world.request().args).args;
}

/** The arguments with one text in them replaced, wherever it stands. */
const replaced = (args: JsonMap, from: RegExp, to: string): JsonMap => {
  const text = JSON.stringify(args);
  const changed: JsonMap = JSON.parse(text.replace(from, to));
  if (JSON.stringify(changed) === text) throw new Error(`${from} is nowhere`);
  return changed;
};

describe('arguments', () => {
  test('that the conductor takes are taken', async () => {
    const args = await sent();

    expect(() => checkArguments(METHOD, args)).not.toThrow('');
  });

  test.each<[string, RegExp, string, RegExp]>([
    ['many VCPUs', /"vcpus":1/u, '"vcpus":"many"', /vcpus: integer is expected/u],
    [
      'a version that nobody serves',
      /"nova_object.name":"BuildRequest","nova_object.namespace":"nova","nova_object.version":"[\d.]+"/u,
      '"nova_object.name":"BuildRequest","nova_object.namespace":"nova","nova_object.version":"9.9"',
      /build_requests.*nova_object\.version: text like/u,
    ],
    ['a password that is a number', /"admin_password":[^,]+,/u, '"admin_password":7,', /admin_password: /u],
  ])('with %s are refused by their name', async (_title, from, to, says) => {
    const args = await sent();

    expect(() => checkArguments(METHOD, replaced(args, from, to))).toThrow(says);
  });

  test('without a flavor, and those that nobody knows, are refused', async () => {
    const args = await sent();
    const specs = JSON.stringify(args['request_specs']).replaceAll('"flavor":', '"colour":');
    const parsed: JsonMap = JSON.parse(`{"request_specs":${specs}}`);

    expect(() => checkArguments(METHOD, { ...args, ...parsed })).toThrow(/request_specs.*flavor: a value is expected/u);
    expect(() => checkArguments(METHOD, { nonsense: 1 })).toThrow(/argument build_requests: a value is expected/u);
    expect(() => checkArguments('no_such_method', {})).toThrow('no_such_method');
  });

  test('that the conductor would refuse are not sent by the client', async () => {
    const world = await BuildWorld.boot();
    const { context, args } = world.request();
    const { admin_password: _left, ...rest } = args;
    const sending = world.client.scheduleAndBuildInstances(context, JSON.parse(JSON.stringify(rest)));

    await expect(sending).rejects.toMatchObject({
      name: 'TypeError',
      message: expect.stringContaining('admin_password'),
    });
    expect(world.platform.queues.messages('compute-task')).toEqual([]);
  });
});
