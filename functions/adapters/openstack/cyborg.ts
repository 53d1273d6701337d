import {
  AcceleratorRequestBindingFailed,
  AcceleratorRequestOpFailed,
  DeviceProfileError,
  ServiceNotReached,
  ServiceUnusable,
} from '#errors';
import type { Accelerators, Arq, ArqBinding } from '#ports/accelerators';
import type { Json, JsonMap } from '#ports/json';
import type { Log } from '#ports/log';
import { listOf, mapOf, numberOf, textOf } from '#wire/reading';
import { deviceGroups } from './device-profiles.ts';
import { detailOf } from './error-detail.ts';
import type { Answer, ServiceClient } from './service-client.ts';
import { withQuery } from './service-url.ts';

const ARQS = '/v2/accelerator_requests';

/** Accelerator requests of an OpenStack Cyborg. */
export function cyborgAccelerators(client: ServiceClient, log: Pick<Log, 'warn' | 'error'>): Accelerators {
  const accelerators: Accelerators = {
    async profile(context, name) {
      const path = withQuery('/v2/device_profiles', ['name', name]);
      const answer = await client.call({ method: 'GET', path, as: 'user', context });
      if (answer.status >= 400) throw new DeviceProfileError({ name, msg: said(answer) });
      const profiles = listOf(mapOf(answer.body)['device_profiles']);
      const [profile] = profiles;
      if (profile === undefined || profiles.length > 1) {
        throw new DeviceProfileError({ name, msg: `${profiles.length} profiles have the name` });
      }
      return deviceGroups(mapOf(profile)['groups']);
    },

    async unbound(context, profile) {
      const answer = await client.call({ method: 'GET', path: ARQS, as: 'user', context });
      if (answer.status >= 400) throw new AcceleratorRequestOpFailed({ op: 'get', msg: said(answer) });
      return arqsIn(answer).filter((arq) => arq.profile === profile && arq.instanceId === null);
    },

    async create(context, profile) {
      const body = { device_profile_name: profile };
      const answer = await client.call({ method: 'POST', path: ARQS, as: 'user', context, body });
      const arqs = arqsIn(answer);
      if (answer.status < 400 && arqs.length > 0) return arqs;
      throw new AcceleratorRequestOpFailed({ op: 'create', msg: `device profile ${profile}: ${said(answer)}` });
    },

    async bind(context, bindings) {
      if (bindings.length === 0) return;
      const body = Object.fromEntries(bindings.map((binding) => [binding.uuid, patchOf(binding)]));
      // Cyborg answers 500 to a binding that it made but could not report to Nova, and
      // 400 to one that is there already.
      const answer = await client
        .call({ method: 'PATCH', path: ARQS, as: 'user', context, body })
        .catch((error: unknown) =>
          error instanceof ServiceNotReached && error.maybeDone ? error : Promise.reject(error),
        );
      if (!(answer instanceof Error) && answer.status < 400) return;
      if (isBound(bindings, await accelerators.arqsOf(context, bindings[0]?.instanceId ?? ''))) return;
      if (answer instanceof Error) throw answer;
      throw new AcceleratorRequestBindingFailed({ arqs: bindings.map(({ uuid }) => uuid), msg: said(answer) });
    },

    async arqsOf(context, instanceId) {
      const path = withQuery(ARQS, ['instance', instanceId]);
      const answer = await client.call({ method: 'GET', path, as: 'user', context });
      if (answer.status >= 400) throw new AcceleratorRequestOpFailed({ op: 'get', msg: said(answer) });
      return arqsIn(answer);
    },

    async deleteOf(context, instanceId) {
      const path = withQuery(ARQS, ['instance', instanceId]);
      const answer = await client.call({ method: 'DELETE', path, as: 'user', context });
      if (answer.status >= 400) throw new AcceleratorRequestOpFailed({ op: 'delete', msg: said(answer) });
    },

    async delete(context, uuids) {
      // One by one: of several, none is deleted when one is gone.
      for (const uuid of uuids) {
        const path = withQuery(ARQS, ['arqs', uuid]);
        try {
          const answer = await client.call({ method: 'DELETE', path, as: 'user', context });
          if (answer.status === 404) log.warn('an accelerator request is gone already', { arq: uuid });
          else if (answer.status >= 400) {
            log.error('an accelerator request could not be deleted', { arq: uuid, reason: said(answer) });
          }
        } catch (error) {
          if (error instanceof ServiceUnusable) throw error;
          log.error('an accelerator request could not be deleted', { arq: uuid }, error);
        }
      }
    },
  };
  return accelerators;
}

const add = (path: string, value: string): JsonMap => ({ path, op: 'add', value });

const patchOf = ({ hostname, providerUuid, instanceId }: ArqBinding): JsonMap[] => [
  add('/hostname', hostname),
  add('/device_rp_uuid', providerUuid),
  add('/instance_uuid', instanceId),
];

/** Whether these ARQs, and no others of the server, are where they are wanted. */
const isBound = (bindings: readonly ArqBinding[], arqs: readonly Arq[]): boolean =>
  arqs.length === bindings.length &&
  bindings.every(({ uuid, hostname, providerUuid }) =>
    arqs.some(
      (arq) =>
        arq.uuid === uuid && arq.hostname === hostname && arq.providerUuid === providerUuid && arq.state === 'Bound',
    ),
  );

const arqsIn = ({ body }: Answer): Arq[] => listOf(mapOf(body)['arqs']).map(readArq);

function readArq(entry: Json): Arq {
  const arq = mapOf(entry);
  return {
    uuid: textOf(arq['uuid']) ?? '',
    state: textOf(arq['state']) ?? '',
    profile: textOf(arq['device_profile_name']) ?? '',
    group: numberOf(arq['device_profile_group_id']) ?? 0,
    hostname: textOf(arq['hostname']) ?? null,
    providerUuid: textOf(arq['device_rp_uuid']) ?? null,
    instanceId: textOf(arq['instance_uuid']) ?? null,
  };
}

const said = ({ status, body }: Answer): string => `${status}: ${detailOf(body)}`;
