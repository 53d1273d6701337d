import type { Clock } from '#ports/clock';
import { listOf, mapOf, textOf } from '#wire/reading';
import type { ServiceClient } from './service-client.ts';

/** What a Neutron can do, asked once in a while. */
export interface NeutronExtensions {
  has(alias: string): Promise<boolean>;
}

/** @param keptSeconds how long the list is kept (Nova's `extension_sync_interval`) */
export function neutronExtensions(
  client: ServiceClient,
  clock: Pick<Clock, 'now'>,
  keptSeconds: number,
): NeutronExtensions {
  let kept: { readonly aliases: ReadonlySet<string>; readonly until: number } | undefined;
  return {
    async has(alias) {
      if (kept === undefined || kept.until <= clock.now()) {
        const { status, body } = await client.call({ method: 'GET', path: '/v2.0/extensions', as: 'service' });
        if (status !== 200) {
          const remedy = 'Check that the catalog’s network endpoint is Neutron.';
          throw await client.misconfigured({ path: '/v2.0/extensions' }, `answered ${status}`, remedy);
        }
        const aliases = listOf(mapOf(body)['extensions']).flatMap((entry) => textOf(mapOf(entry)['alias']) ?? []);
        kept = { aliases: new Set(aliases), until: clock.now() + keptSeconds * 1000 };
      }
      return kept.aliases.has(alias);
    },
  };
}
