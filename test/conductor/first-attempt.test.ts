import { describe, expect, test } from 'vitest';
import { firstAttemptSpec } from '#conductor/first-attempt';
import { targetHost } from '#conductor/move-spec';
import type { JsonMap } from '#ports/json';
import { fieldsOf } from '#wire/reading';
import { newObject } from '#wire/wire';
import { flavor, requestSpec, wireObject } from '../fixtures/request-spec.ts';

const UUID = '7d0c1c52-5d0e-4c3e-9a5e-0f6e2f1b8a10';
const server = (fields: JsonMap = {}) =>
  newObject('Instance', '2.7', { uuid: UUID, project_id: 'p', user_id: 'u', availability_zone: 'az1', ...fields });
const WITHOUT_SPEC = { spec: null, image: { min_ram: 5 }, instances: [server()], filterProperties: {} };
const made = (parts: Partial<Parameters<typeof firstAttemptSpec>[0]> = {}): JsonMap =>
  fieldsOf(firstAttemptSpec({ ...WITHOUT_SPEC, ...parts }).toPrimitive());

describe('the spec of servers that a request names', () => {
  test('is what the first of them is like, as many times as there are', () => {
    const recordedSpec = made({ instances: [server({ flavor: flavor({ id: 3 }) }), server(), server()] });

    expect(recordedSpec).toMatchObject({
      instance_uuid: UUID,
      project_id: 'p',
      user_id: 'u',
      availability_zone: 'az1',
      numa_topology: null,
      pci_requests: null,
      num_instances: 3,
    });
    expect(fieldsOf(recordedSpec['flavor'])).toMatchObject({ id: 3 });
    expect(fieldsOf(recordedSpec['image'])).toMatchObject({ min_ram: 5 });
  });

  test.each([
    ['the server’s before that of the filter properties', { flavor: flavor({ id: 3 }) }, flavor({ id: 4 }), 3],
    ['that of the filter properties', {}, flavor({ id: 4 }), 4],
    ['none where nothing names one', {}, null, undefined],
  ])('has the flavor: %s', (_title, fields, instance_type, id) => {
    const recordedSpec = made({ instances: [server(fields)], filterProperties: { instance_type } });

    expect(fieldsOf(recordedSpec['flavor'])['id']).toBe(id);
  });

  test('has an image that says nothing where none was sent', () => {
    expect(fieldsOf(made({ image: null })['image'])).not.toHaveProperty('min_ram');
  });

  test('keeps of the spec that was sent the server, and asks for what the filter properties say', () => {
    const sent = requestSpec({ instance_uuid: UUID, num_instances: 2, force_hosts: ['host1'], project_id: 'p2' });
    const requested_destination = wireObject('Destination', { host: 'host2' });

    const spec = firstAttemptSpec({ ...WITHOUT_SPEC, spec: sent, filterProperties: { requested_destination } });

    expect(targetHost(spec)).toBe('host2');
    expect(fieldsOf(spec.toPrimitive())).toMatchObject({
      instance_uuid: UUID,
      num_instances: 2,
      project_id: 'p2',
      force_hosts: null,
    });
  });

  test('is refused where the server is none', () => {
    expect(() => made({ instances: [flavor()] })).toThrow(TypeError);
  });
});
