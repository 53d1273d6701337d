import { HostMappingNotFound } from '#errors';
import type { Services } from '#ports/services';
import { cellOfHost } from '#records/hosts/host-cell';
import { inParallel } from '#records/in-parallel';
import { readOperation } from '#operations/operation-document';
import { fieldsOf, textsOf } from '#wire/reading';
import type { StepEvent } from '../step.ts';
import { notifyAggregate } from './notifications.ts';
import type { BegunState, CachingState } from './state.ts';

/** Hosts whose mappings are read at a time. */
const AT_ONCE = 20;

/**
 * Publishes the start and finds the cell of each host (nova.conductor.manager `cache_images`). Has no undo: it writes
 * nothing. A host without a mapping stays in the list, so that it is published as failed.
 */
export async function begin(services: Services, { state, execution }: StepEvent<CachingState>): Promise<BegunState> {
  const { arguments: args } = await readOperation(services, state.request);
  await notifyAggregate(services, { execution, aggregate: fieldsOf(args['aggregate']), ending: 'start' });
  const names = [...new Set(textsOf(fieldsOf(args['aggregate'])['hosts']))];
  const cells = new Map<string, BegunState['hosts'][number]>();
  await inParallel(names, AT_ONCE, async (host) => {
    cells.set(host, await placed(services, host));
  });
  const hosts = names.flatMap((host) => cells.get(host) ?? []);
  services.log.info('images are cached', {
    images: textsOf(args['image_ids']).length,
    hosts: hosts.length,
    cells: new Set(hosts.flatMap(({ cell }) => cell ?? [])).size,
  });
  const { hostCallSeconds: ask_seconds, precacheConcurrency: most } = services.config;
  return { ...state, hosts, total: hosts.length, most, ask_seconds };
}

async function placed(services: Services, host: string): Promise<BegunState['hosts'][number]> {
  try {
    const { name, uuid } = await cellOfHost(services, host);
    return { host, cell: name, cell_uuid: uuid };
  } catch (error) {
    if (!(error instanceof HostMappingNotFound)) throw error;
    services.log.warn('a host of an aggregate is mapped to no cell', { host });
    return { host, cell: null, cell_uuid: null };
  }
}
