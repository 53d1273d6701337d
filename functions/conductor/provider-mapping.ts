import { KeyError } from '#errors';
import type { JsonMap, WireObject } from '#ports/json';
import { jsonOrNull } from '#wire/json-text';
import { fieldsOf, listOf, mapOf, objectsOf, ownOf, textOf, textsOf } from '#wire/reading';

/**
 * A RequestSpec whose groups of ports and devices say which providers meet them, by the selection that was claimed
 * (nova.scheduler.utils.fill_provider_mapping): computes bind ports and devices by them.
 *
 * @throws KeyError when the selection does not map a group
 */
export function withProviders(spec: WireObject, selection: WireObject | undefined): WireObject {
  const groups = objectsOf(spec['nova_object.data']['requested_resources']);
  if (groups.length === 0) return spec;
  const { allocation_request: request } = fieldsOf(selection);
  const { mappings } = mapOf(jsonOrNull(textOf(request) ?? ''));
  if (mappings === undefined) throw new KeyError('mappings');
  const mapped = groups.map((group) => withProviderOf(group, mapOf(mappings)));
  return { ...spec, 'nova_object.data': { ...spec['nova_object.data'], requested_resources: mapped } };
}

function withProviderOf(group: WireObject, mappings: JsonMap): WireObject {
  const suffix = textOf(group['nova_object.data']['requester_id']) ?? '';
  const providers = ownOf(mappings, suffix);
  if (providers === undefined) throw new KeyError(suffix);
  const changes = new Set([...listOf(group['nova_object.changes']), 'provider_uuids']);
  return {
    ...group,
    'nova_object.data': { ...group['nova_object.data'], provider_uuids: textsOf(providers) },
    'nova_object.changes': textsOf([...changes]).toSorted(),
  };
}
