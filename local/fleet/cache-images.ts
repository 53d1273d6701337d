import { NovaError } from '#errors';
import { textsOf } from '#wire/reading';
import type { BehaviourKind } from './behaviour.ts';
import type { BuildSite } from './build-site.ts';
import { answering } from './move-site.ts';
import type { Order } from './order.ts';

/**
 * Fetches images (ComputeManager `cache_images`) and answers what became of each. A host that fails answers an error;
 * one that aborts has fetched none.
 */
export async function cacheImages(site: BuildSite, order: Order, kind: BehaviourKind): Promise<void> {
  await answering(site, order, async () => {
    if (kind !== 'build' && 'die' in kind) site.die(kind.die);
    if (kind !== 'build' && 'delay' in kind) await site.sleep(kind.delay);
    if (kind !== 'build' && 'fail' in kind) throw new NovaError(kind.fail);
    const result = kind !== 'build' && 'abort' in kind ? 'error' : 'cached';
    return Object.fromEntries(textsOf(order.args['image_ids']).map((image) => [image, result]));
  });
}
