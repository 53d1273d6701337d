import { dictOf, listOf, object } from '#objects/versioned/containers';
import { nullable, withDefault, withNew } from '#objects/versioned/field';
import { boolean, integer, string, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/*
 * Parts of a request spec that the conductor's own events leave null: what it quotes went through the legacy maps
 * (nova.objects.RequestSpec `to_legacy_request_spec_dict`), which hold none of them.
 */

/** A server group. */
export const ServerGroupPayload = defineObject({
  name: 'ServerGroupPayload',
  version: '1.1',
  fields: {
    uuid: uuid(),
    name: nullable(string()),
    user_id: nullable(string()),
    project_id: nullable(string()),
    policies: nullable(listOf(string())),
    members: nullable(listOf(string())),
    hosts: nullable(listOf(string())),
    policy: nullable(string()),
    rules: dictOf(string()),
  },
});

/** A cell. */
export const CellMappingPayload = defineObject({
  name: 'CellMappingPayload',
  version: '2.0',
  fields: {
    uuid: uuid(),
    name: nullable(string()),
    disabled: withDefault(boolean(), false),
  },
});

/** Where a server was asked to go. */
export const DestinationPayload = defineObject({
  name: 'DestinationPayload',
  version: '1.0',
  fields: {
    host: string(),
    node: nullable(string()),
    cell: nullable(object(CellMappingPayload)),
    aggregates: withNew(nullable(listOf(string())), () => null),
  },
});

/** How often a server was tried to be placed, and where. */
export const SchedulerRetriesPayload = defineObject({
  name: 'SchedulerRetriesPayload',
  version: '1.0',
  fields: {
    num_attempts: integer(),
    hosts: listOf(string()),
  },
});
