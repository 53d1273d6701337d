import { withProviders } from '#conductor/provider-mapping';
import { allocationsText } from '#wire/allocation-request';
import { KeyError } from '#errors';
import { fieldsOf, listOf } from '#wire/reading';
import { describe, expect, it } from 'vitest';
import { requestSpec, wireObject } from '../fixtures/request-spec.ts';

const port = wireObject('RequestGroup', { requester_id: 'p-1', resources: { BANDWIDTH: 1 }, provider_uuids: [] });
const selection = (mappings: Readonly<Record<string, readonly string[]>>) =>
  wireObject('Selection', { allocation_request: allocationsText({ host: { VCPU: 1 } }, mappings) });

describe('the providers of groups', () => {
  it('are those that the selection maps, and count as changed', () => {
    const spec = withProviders(
      requestSpec({ requested_resources: [port] }),
      selection({ '': ['host'], 'p-1': ['card'] }),
    );

    const [group] = listOf(spec['nova_object.data']['requested_resources']);
    expect(fieldsOf(group)).toEqual({ requester_id: 'p-1', resources: { BANDWIDTH: 1 }, provider_uuids: ['card'] });
    expect(group).toMatchObject({ 'nova_object.changes': ['provider_uuids'] });
  });

  it('leave all else of the spec as it is, and what had changed marked as such', () => {
    const changed = { ...port, 'nova_object.changes': ['resources'] };

    const spec = withProviders(requestSpec({ requested_resources: [changed] }), selection({ 'p-1': ['card'] }));

    expect(spec).toMatchObject(requestSpec({ requested_resources: expect.anything() }));
    expect(listOf(fieldsOf(spec)['requested_resources'])).toMatchObject([
      { 'nova_object.changes': ['provider_uuids', 'resources'] },
    ]);
  });

  it('of the group without a name are those of the server itself', () => {
    const unnamed = wireObject('RequestGroup', { requester_id: null });

    const spec = withProviders(requestSpec({ requested_resources: [unnamed] }), selection({ '': ['host'] }));

    expect(listOf(fieldsOf(spec)['requested_resources']).map((group) => fieldsOf(group)['provider_uuids'])).toEqual([
      ['host'],
    ]);
  });

  it.each(['constructor', 'toString', '__proto__'])('are an error where %s is not among them', (name) => {
    const spec = requestSpec({ requested_resources: [wireObject('RequestGroup', { requester_id: name })] });

    const fill = () => withProviders(spec, selection({ '': ['host'] }));

    expect(fill).toThrow(KeyError);
    expect(fill).toThrow(name);
  });

  it('are left alone where there are no groups, mapped or not', () => {
    const spec = requestSpec({ requested_resources: [] });

    expect(withProviders(spec, undefined)).toBe(spec);
  });

  it.each([
    ['a group that is not among them', 'p-1', selection({ '': ['host'] })],
    ['all of them', 'mappings', wireObject('Selection', { allocation_request: '{"allocations":{}}' })],
    ['a selection', 'mappings', undefined],
  ])('are an error for want of %s, which names %s', (_, missing, given) => {
    const fill = () => withProviders(requestSpec({ requested_resources: [port] }), given);

    expect(fill).toThrow(KeyError);
    expect(fill).toThrow(missing);
  });
});
