import { describe, expect, it } from 'vitest';
import { Service } from '#objects/compute/service';
import { objectAction, objectClassActionVersions } from '#object-rpc/dispatch';
import { ExpectedError } from '#wire/failure';
import type { Json, JsonMap, WireObject } from '#ports/json';
import type { Records } from '#records/method';
import { mustBeWire } from '#wire/wire-object';
import { instanceKey } from '#records/keys';
import { listOf } from '#wire/reading';
import { methodsOf } from '#object-rpc/registry';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { callClass, recordsOn, storedInstance, UUID } from '../fixtures/records.ts';

const ANOTHER = '00000000-0000-4000-8000-000000000099';

/** A stored server, its object on the wire, and its row. */
async function world() {
  const { tables } = memoryTables();
  const records = recordsOn(tables);
  const instance = await storedInstance(records);
  const row = () => tables.get('cell-cell1', instanceKey(UUID));
  return { records, wire: instance.toPrimitive(), row, before: await row() };
}

/** Saves an object of which these fields are said to have changed. */
const saved = (records: Records, wire: WireObject, fields: JsonMap): Promise<Json> => {
  const objinst = {
    ...wire,
    'nova_object.data': { ...wire['nova_object.data'], ...fields },
    'nova_object.changes': Object.keys(fields),
  };
  return objectAction(records, { objinst, objmethod: 'save', args: [], kwargs: {} });
};

const idsOf = (service: Json) => {
  const { id, uuid } = mustBeWire(service, 'the service')['nova_object.data'];
  return { id, uuid };
};

/** What a call of a caller who knows no better comes to. */
const outcome = async (call: Promise<Json>): Promise<string> => {
  const error = await rejected(call);
  if (error === undefined) return 'done';
  const answer = error instanceof ExpectedError ? error.cause : error;
  return answer instanceof Error ? answer.name : 'no error';
};

describe('a caller', () => {
  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', '_save', 'obj_reset_changes', 'toPrimitive'])(
    'reaches no method %s of a server',
    async (objmethod) => {
      const { records, wire, row, before } = await world();

      const action = await outcome(objectAction(records, { objinst: wire, objmethod, args: [], kwargs: {} }));
      const ofClass = await outcome(
        objectClassActionVersions(records, {
          objname: 'Instance',
          objmethod,
          object_versions: { Instance: '2.7' },
          args: [],
          kwargs: {},
        }),
      );

      expect([action, ofClass]).toEqual(['AttributeError', 'AttributeError']);
      expect(await row()).toEqual(before);
    },
  );

  it.each(['constructor', '__proto__', 'toString'])('knows no object by the name %s', async (objname) => {
    const { records } = await world();
    const object_versions = JSON.parse(`{"${objname}": "1.0"}`);

    const named = await outcome(
      objectClassActionVersions(records, { objname, objmethod: 'get_by_uuid', object_versions, args: [], kwargs: {} }),
    );
    const unnamed = await outcome(
      objectClassActionVersions(records, {
        objname,
        objmethod: 'get_by_uuid',
        object_versions: {},
        args: [],
        kwargs: {},
      }),
    );

    expect([named, unnamed]).toEqual(['UnsupportedObjectError', 'KeyError']);
  });

  it.each<[string, JsonMap, string]>([
    ['a number for a map', { metadata: 7 }, 'ValueError'],
    ['a map for a text', { vm_state: { a: 1 } }, 'ValueError'],
    ['a text for a number', { vcpus: 'many' }, 'ValueError'],
  ])('who sends %s changes nothing', async (_what, fields, error) => {
    const { records, wire, row, before } = await world();
    const answer = await outcome(saved(records, wire, fields));

    expect(answer).toBe(error);
    expect(await row()).toEqual(before);
  });

  it('who marks the id of a server as changed is answered the one that it has', async () => {
    const { records, wire, row, before } = await world();

    const [updates] = listOf(await saved(records, wire, { id: 99 }));

    expect(updates).toMatchObject({ id: before?.['id'] });
    expect((await row())?.['id']).toBe(before?.['id']);
  });

  it('who sets read-only fields of a service is refused, and the service keeps its ids', async () => {
    const { records } = await world();
    const service = Service.make({ host: 'host1', binary: 'nova-compute', topic: 'compute', report_count: 0 });
    await (await methodsOf('Service'))?.instance?.['create']?.call(records, service, {});
    const before = await callClass(records, 'Service', 'get_by_compute_host', 'host1');

    const answer = await outcome(saved(records, service.toPrimitive(), { id: 99, uuid: ANOTHER }));

    const after = await callClass(records, 'Service', 'get_by_compute_host', 'host1');
    expect(answer).toBe('ReadOnlyFieldError');
    expect([idsOf(after), idsOf(before).id]).toEqual([idsOf(before), 1]);
  });

  it.each<[string, string, JsonMap, string]>([
    ['a map for a host', 'get_by_host', { host: { a: 1 } }, 'A string is required in field host, not a dict'],
    ['null for a host', 'get_by_host', { host: null }, "Field `host' cannot be None"],
    [
      'a text for a list',
      'get_by_host',
      { host: 'h', expected_attrs: 'all' },
      'A list is required in field expected_attrs, not a str',
    ],
    ['a list for filters', 'get_by_filters', { filters: [] }, 'A dict is required in field filters, not a list'],
    [
      'a word for a number',
      'get_hung_in_rebooting',
      { reboot_window: 'long' },
      'An integer is required in field reboot_window, not a str',
    ],
  ])('who gives %s to a list of servers gets a ValueError that names it', async (_what, objmethod, kwargs, text) => {
    const { records } = await world();
    const object_versions = { InstanceList: '2.6' };

    const error = await rejected(
      objectClassActionVersions(records, { objname: 'InstanceList', objmethod, object_versions, args: [], kwargs }),
    );

    expect(error).toMatchObject({ cause: { name: 'ValueError', message: text } });
  });

  it('may give a number as its text, and a text as a number', async () => {
    const { records } = await world();

    const found = await callClass(records, 'Service', 'get_by_host_and_binary', 7, 'nova-compute');
    const error = await outcome(callClass(records, 'Service', 'get_by_id', '12'));

    expect([found, error]).toEqual([null, 'ServiceNotFound']);
  });

  it('may ask with a list of 10,000 elements', async () => {
    const { records } = await world();
    const many = Array.from({ length: 10_000 }, (_, at) => `name-${at}`);

    const answer = await outcome(
      objectClassActionVersions(records, {
        objname: 'Instance',
        objmethod: 'get_by_uuid',
        object_versions: { Instance: '2.7' },
        args: [UUID, many],
        kwargs: {},
      }),
    );

    expect(answer).toBe('done');
  });
});
