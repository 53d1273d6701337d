import { dictOf, listOf, setOf } from '#objects/versioned/containers';
import { nullable, withDefault, withNew } from '#objects/versioned/field';
import { boolean, integer, string, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** Resources and traits that must come from one provider. */
export const RequestGroup = defineObject({
  name: 'RequestGroup',
  version: '1.3',
  // 1.0 first
  // 1.1 adds requester_id and provider_uuids
  // 1.2 adds in_tree
  // 1.3 adds forbidden_aggregates
  fields: {
    use_same_provider: withDefault(boolean(), true),
    resources: withNew(dictOf(integer()), () => ({})),
    required_traits: withNew(setOf(string()), () => []),
    forbidden_traits: withNew(setOf(string()), () => []),
    aggregates: withNew(listOf(listOf(string())), () => []),
    forbidden_aggregates: withNew(setOf(string()), () => []),
    requester_id: withDefault(nullable(string()), null),
    provider_uuids: withNew(listOf(uuid()), () => []),
    in_tree: withDefault(nullable(uuid()), null),
  },
  drops: {
    '1.1': ['requester_id', 'provider_uuids'],
    '1.2': ['in_tree'],
    '1.3': ['forbidden_aggregates'],
  },
});
