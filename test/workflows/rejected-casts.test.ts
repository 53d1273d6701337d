import { describe, expect, test } from 'vitest';
import { requestEnvelope } from '#wire/envelope';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { BuildWorld } from '../fixtures/build-world.ts';

/** The arguments of a build as they are sent. */
function sentArgs(world: BuildWorld) {
  const { context, args, uuids } = world.request();
  const { request_spec, build_requests, ...rest } = args;
  const sent: JsonMap = { ...rest, build_requests: [...build_requests], request_specs: [...request_spec] };
  const [build] = build_requests;
  const [spec] = request_spec;
  if (build === undefined || spec === undefined) throw new Error('a request has no parts');
  return { context, sent, uuids, build, spec };
}

const withData = (object: WireObject, fields: JsonMap): WireObject => ({
  ...object,
  'nova_object.data': { ...object['nova_object.data'], ...fields },
});

const versioned = (object: WireObject, version: string): WireObject => ({ ...object, 'nova_object.version': version });

const flavored = (object: WireObject, fields: JsonMap): WireObject => {
  const { flavor } = object['nova_object.data'];
  const given: Json = flavor ?? null;
  if (given === null || typeof given !== 'object' || Array.isArray(given)) throw new Error('a spec has no flavor');
  const data = given['nova_object.data'];
  const changed = data !== null && typeof data === 'object' && !Array.isArray(data) ? { ...data, ...fields } : fields;
  return withData(object, { flavor: { ...given, 'nova_object.data': changed } });
};

type Parts = ReturnType<typeof sentArgs>;

describe('a cast that can never be carried out', () => {
  test.each<[string, (parts: Parts) => JsonMap, RegExp]>([
    [
      'a BuildRequest of a version that nobody serves',
      ({ build }) => ({ build_requests: [versioned(build, '9.9')] }),
      /^IncompatibleObjectVersion: Version 9\.9 of BuildRequest is not supported/u,
    ],
    [
      'a flavor of many VCPUs',
      ({ spec }) => ({ request_specs: [flavored(spec, { vcpus: 'many' })] }),
      /^ValueError: .*vcpus/u,
    ],
    [
      'no flavor',
      ({ spec }) => ({ request_specs: [withData(spec, { flavor: null })] }),
      /^(?:ValueError|TypeError): .*flavor/u,
    ],
    [
      'a uuid that is none',
      ({ build }) => ({ build_requests: [withData(build, { instance_uuid: 'nope' })] }),
      /build_requests\.0\.instance_uuid: the uuid of a server/u,
    ],
    [
      'an object that nobody knows',
      ({ build }) => ({ build_requests: [{ ...build, 'nova_object.name': 'Nonsense' }] }),
      /Nonsense|BuildRequest/u,
    ],
  ])('because it has %s is put aside, and reported with reason and request id', async (_title, changes, reason) => {
    const world = await BuildWorld.boot();
    const parts = sentArgs(world);

    // The client would not send it.
    const args = { ...parts.sent, ...changes(parts) };
    const message = { method: 'schedule_and_build_instances', namespace: 'compute_task', version: '1.17', args };
    const body = requestEnvelope({ ...message, context: parts.context, uniqueId: 'u' });
    await world.platform.queues.send('compute-task', { body });
    await world.end();

    const [letter] = world.platform.queues.messages('compute-task-dlq');
    expect(letter?.attributes?.['reason']).toMatch(reason);
    expect(world.notifications('compute_task.rejected')).toMatchObject([
      {
        priority: 'ERROR',
        payload: {
          method: 'schedule_and_build_instances',
          request_id: parts.context.request_id,
          project_id: 'p',
          reason: expect.stringMatching(reason),
        },
      },
    ]);
    expect(await world.executions()).toEqual([]);
  });

  test('is reported by a message of its own', async () => {
    const world = await BuildWorld.boot();
    const { context } = world.request();

    await world.client.cast('no_such_method', '1.17', {}, context);
    await world.client.cast('no_such_method', '1.17', {}, context);
    await world.end();

    const reported = world.notifications('compute_task.rejected').map(({ messageId }) => messageId);
    expect(new Set(reported).size).toBe(2);
  });

  test('because its method is unknown is reported as well', async () => {
    const world = await BuildWorld.boot();
    const { context } = world.request();

    await world.client.cast('no_such_method', '1.17', {}, context);
    await world.end();

    expect(world.notifications('compute_task.rejected')).toMatchObject([
      { payload: { method: 'no_such_method', reason: expect.stringContaining('NoSuchMethod') } },
    ]);
  });

  test('because it has no namespace is refused for that, and not for its version', async () => {
    const world = await BuildWorld.boot();
    const { sent: args, context } = sentArgs(world);
    const method = 'schedule_and_build_instances';
    const body = requestEnvelope({ method, version: '1.17', args, context, uniqueId: 'u' });

    await world.platform.queues.send('compute-task', { body });
    await world.end();

    const [letter] = world.platform.queues.messages('compute-task-dlq');
    expect(letter?.attributes?.['reason']).toContain('namespace');
    expect(letter?.attributes?.['reason']).toContain('compute_task');
  });
});
