import { readFileSync } from 'node:fs';
import { isoSeconds } from '#conductor/time';
import type { RequestContext } from '#ports/context';
import type { WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { newRecords } from '#operations/new-records';
import { fieldsOf, objectsOf, plainText } from '#wire/reading';
import { parseEnvelope } from '#wire/envelope';

/** A recorded request for servers. */
export interface RecordedBoot {
  /** The message as Nova's API sent it. */
  readonly body: string;
  readonly context: RequestContext;
  readonly uuids: readonly string[];
  readonly servers: readonly {
    readonly uuid: string;
    readonly build_request: WireObject;
    readonly request_spec: WireObject;
  }[];
}

/** The cast of `ServersTest.test_create_multiple_servers` to nova-conductor 26.2.2: two servers of one request. */
export function recordedBoot(): RecordedBoot {
  const body = readFileSync(new URL('recorded-boot.json', import.meta.url), 'utf8');
  const request = parseEnvelope(body);
  if (request.kind !== 'request') throw new Error('recorded-boot.json is no request');
  const specs = objectsOf(request.args['request_specs']);
  const servers = objectsOf(request.args['build_requests']).flatMap((build_request, at) => {
    const request_spec = specs[at];
    const uuid = plainText(fieldsOf(build_request)['instance_uuid']);
    return request_spec === undefined ? [] : [{ uuid, build_request, request_spec }];
  });
  return { body, context: request.context, servers, uuids: servers.map(({ uuid }) => uuid) };
}

/** Makes the records that the API had made before it sent the message: its build requests carry their ids. */
export async function loadRecords(
  services: Pick<Services, 'clock' | 'counter' | 'tables'>,
  { servers }: RecordedBoot,
): Promise<void> {
  for (const server of servers) {
    const { id: _id, ...fields } = server.build_request['nova_object.data'];
    const build_request = { ...server.build_request, 'nova_object.data': fields };
    await services.tables.transact(
      await newRecords(services, { ...server, build_request }, isoSeconds(services.clock.now())),
    );
  }
}
