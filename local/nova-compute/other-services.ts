import type { IncomingMessage } from 'node:http';
import type { JsonMap } from '#ports/json';
import { serveLoopback, type LoopbackAnswer, type LoopbackServer } from '#local/emulation/loopback-server';

/** What Neutron lists: servers without networks have nothing there. */
const NETWORKING: JsonMap = {
  extensions: [],
  floatingips: [],
  networks: [],
  ports: [],
  'security-groups': [],
  subnets: [],
};

const IMAGE: JsonMap = {
  name: 'demo',
  status: 'active',
  visibility: 'public',
  container_format: 'bare',
  disk_format: 'raw',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  min_disk: 0,
  min_ram: 0,
  size: 1,
  checksum: null,
  owner: 'demo',
  protected: false,
  tags: [],
};

/** Versions of Cinder, which its clients ask for before they attach. */
const VOLUME_API = { versions: [{ id: 'v3.0', status: 'CURRENT', min_version: '3.0', version: '3.71', links: [] }] };

const VOLUME: JsonMap = {
  name: 'demo',
  description: null,
  status: 'in-use',
  size: 1,
  availability_zone: 'nova',
  created_at: '2026-01-01T00:00:00Z',
  attachments: [],
  volume_type: null,
  snapshot_id: null,
  bootable: 'false',
  encrypted: false,
  multiattach: false,
  metadata: {},
};

/** What Cinder has under an id: every volume, and every attachment, which is connected at once. */
const inCinder = (collection: string, id: string): JsonMap =>
  collection === 'volumes'
    ? { volume: { ...VOLUME, id } }
    : { attachment: { id, status: 'attached', attach_mode: 'rw', connection_info: { driver_volume_type: 'fake' } } };

/** Neutron without networks, Cinder that has every volume and lists none, and Glance that has every image. */
export const startOtherServices = (): Promise<LoopbackServer> =>
  serveLoopback('application/json', async (incoming) => {
    for await (const chunk of incoming) void chunk;
    return answer(incoming);
  });

function answer({ method, url = '/' }: IncomingMessage): LoopbackAnswer {
  const [, version = '', collection = '', id, item, action] = url.split('?')[0]?.split('/') ?? [];
  if (version === 'v2.0') return { status: 200, body: { [collection]: NETWORKING[collection] ?? [] } };
  if (version === '') return { status: 300, body: VOLUME_API };
  if (version === 'v3' && action !== undefined) return { status: 204 };
  if (version === 'v3' && item !== undefined) return { status: 200, body: inCinder(id ?? '', item) };
  if (version === 'v3') return { status: 200, body: { [id ?? '']: [] } };
  if (collection === 'schemas') return { status: 200, body: { name: 'image', properties: {} } };
  if (collection === 'images' && method === 'DELETE') return { status: 204, headers: { 'content-type': 'text/plain' } };
  if (collection === 'images' && id !== undefined) return { status: 200, body: { ...IMAGE, id } };
  return { status: 404, body: { message: `there is nothing at ${url}` } };
}

/** The section of nova.conf by which a compute reaches a Placement that takes everybody. */
export const placementSection = (url: string): string => `[placement]
auth_type = none
endpoint_override = ${url}
`;

/** The sections of nova.conf by which a compute reaches these services. */
export const otherSections = ({ endpoint }: LoopbackServer): string => `[neutron]
auth_type = none
endpoint_override = ${endpoint}
[glance]
api_servers = ${endpoint}
[cinder]
auth_type = none
endpoint_template = ${endpoint}/v3/%(project_id)s
`;
