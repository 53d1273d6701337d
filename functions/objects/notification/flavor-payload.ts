import { dictOf, listOf } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { boolean, float, integer, string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** What notifications say about a flavor, under the flavor's own names. */
export const FlavorPayload = defineObject({
  name: 'FlavorPayload',
  version: '1.4',
  fields: {
    flavorid: nullable(string()),
    memory_mb: nullable(integer()),
    vcpus: nullable(integer()),
    root_gb: nullable(integer()),
    ephemeral_gb: nullable(integer()),
    name: string(),
    swap: integer(),
    rxtx_factor: nullable(float()),
    vcpu_weight: nullable(integer()),
    disabled: boolean(),
    is_public: boolean(),
    extra_specs: nullable(dictOf(string())),
    projects: nullable(listOf(string())),
    description: nullable(string()),
  },
});
