import * as v from 'valibot';
import { InvalidArguments } from '#errors';
import type { WireObject } from '#ports/json';
import { textOf, textsOf } from '#wire/reading';
import { data, type TaskMethod } from './route.ts';
import { parseArguments, wireObject, type ArgumentSchema } from './arguments.ts';

/** Hosts of one request: each adds to the history of its execution, which takes 25,000 events. */
const MOST_HOSTS = 1000;

/*
 * 1.21 - cache_images()
 */
const schema: ArgumentSchema<Arguments> = v.strictObject({
  aggregate: wireObject('Aggregate'),
  image_ids: v.array(v.string()),
});

interface Arguments {
  aggregate: WireObject;
  image_ids: string[];
}

/** Has the hosts of an aggregate fetch images (nova.conductor.manager `cache_images`). */
export const cacheImages: TaskMethod = {
  schema,
  route(args, context) {
    const { aggregate, image_ids } = parseArguments('cache_images', schema, args);
    const uuid = textOf(data(aggregate)['uuid']);
    if (uuid === undefined)
      throw new InvalidArguments('cache_images', 'aggregate', 'an Aggregate with a uuid is expected');
    const hosts = textsOf(data(aggregate)['hosts']).length;
    if (hosts > MOST_HOSTS)
      throw new InvalidArguments(
        'cache_images',
        'aggregate',
        `at most ${MOST_HOSTS} hosts are served at once, not ${hosts}`,
      );
    return {
      kind: 'workflow',
      workflow: 'cache-images',
      attempt: 0,
      common: { context, arguments: { aggregate, image_ids } },
      instances: [{ uuid, document: null }],
      state: {},
    };
  },
};
