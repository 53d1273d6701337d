import { describe, expect, test } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { scheduleAndBuildInstances } from '#client/compute-task-messages';
import { isMap, isWireObject } from '#wire/wire';
import { buildCommand } from '#local/demo/requests';
import type { Json } from '#ports/json';
import { recordedMessage } from '../../fixtures/recorded.ts';

let made = 0;
const ids = { uuid: () => `00000000-0000-4000-8000-${String((made += 1)).padStart(12, '0')}` };
const flavor = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };

const built = (names: string[]) => buildCommand({ ids, clock: new VirtualClock() }, { names, flavor, project: 'p' });

/** What differs from the recorded message for a reason: dirty marks, and what the image says of itself. */
const LEFT_OUT = new Set(['nova_object.changes', 'image', 'system_metadata']);

/** Names of all fields, and names and versions of all objects, wherever they stand; lists by their first element. */
function shape(value: Json): Json {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (!isMap(value)) return null;
  const fields = Object.entries(value).filter(([name]) => !LEFT_OUT.has(name));
  return Object.fromEntries(
    fields.map(([name, field]) => [name, /^nova_object\.(?:name|version)$/u.test(name) ? field : shape(field)]),
  );
}

/** A record that was stored has an id; what the demo publishes was not. */
function withoutIds(objects: Json | undefined): void {
  for (const object of Array.isArray(objects) ? objects : [])
    if (isWireObject(object)) delete object['nova_object.data']['id'];
}

describe('buildCommand', () => {
  test('its message has the fields and the object versions of a recorded one', () => {
    const command = built(['a']);

    const { version, args } = scheduleAndBuildInstances(command.args);

    const recorded = recordedMessage('schedule-and-build-instances');
    expect(version).toBe(recorded['version']);
    withoutIds(recorded.args['build_requests']);
    withoutIds(recorded.args['request_specs']);
    expect(shape(args)).toEqual(shape(recorded.args));
  });

  test('build requests, request specs and uuids are in the same order, and nothing has an id', () => {
    const { args, uuids, context } = built(['a', 'b']);

    expect(args.build_requests.map((request) => request['nova_object.data']['instance_uuid'])).toEqual(uuids);
    expect(args.request_spec.map((spec) => spec['nova_object.data']['instance_uuid'])).toEqual(uuids);
    expect([...args.build_requests, ...args.request_spec].map((object) => object['nova_object.data']['id'])).toEqual(
      Array(4).fill(undefined),
    );
    expect(new Set(uuids).size).toBe(2);
    expect(context.project_id).toBe('p');
  });
});
