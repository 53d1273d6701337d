import { buildCommand } from '#servers/build-command';
import type { BuildCommand } from '#local/demo/demo-world';
import { TINY } from '#local/demo/flavors';
import type { JsonMap, WireObject } from '#ports/json';
import type { PortNeeds } from '#ports/network-ports';
import { portNeeds } from '#adapters/openstack/port-reading';
import { levelParams, portGroups, profileGroups, requestGroup, type NeededGroup } from '#request-specs/instance-needs';
import { fieldsOf, mapOf } from '#wire/reading';
import { newObject, setFields } from '#wire/wire';
import { mustBeWire } from '#wire/wire-object';
import { ask, idIn } from '../api.ts';
import { cloudToken, cloudUrl, PROFILES, type FilledCloud } from '../filled-cloud.ts';
import { inside, withVolume } from '../../nova-compute/volume-device.ts';
import { newVolume } from '../new-volume.ts';
import type { AskedInstance, CloudCell } from './cloud-cell.ts';

/** What a server has beside its flavor. */
export interface Having {
  /** @default a port */
  readonly port?: boolean;
  /** @default a volume */
  readonly volume?: boolean;
  /** Whether its port asks for a minimum of bandwidth. @default false */
  readonly bandwidth?: boolean;
  /** @default no devices */
  readonly devices?: boolean;
  readonly host?: string;
}

/**
 * Asks for a server as Nova’s API does: its port is there, its volume is kept for it, the
 * needs of its devices are looked up.
 */
export async function askFor(at: CloudCell, name: string, having: Having = {}): Promise<AskedInstance> {
  const { cell, cloud, context } = at;
  const wanted = {
    names: [name],
    flavor: TINY,
    project: context.project_id,
    user: context.user_id,
    image: cloud.image,
    ...(having.host === undefined ? {} : { host: having.host }),
  };
  const command = buildCommand(cell.world.services, wanted);
  const [uuid = ''] = command.uuids;
  const port = having.port === false ? undefined : await newUserPort(at, having);
  const needs = portNeeds(port === undefined ? [] : [await portOf(cloud, port)], true);
  const [bandwidth] = needs.groups;
  if (having.bandwidth === true && bandwidth === undefined) throw new Error(`port ${port ?? ''} asks for no bandwidth`);
  const volume = having.volume === false ? undefined : await newVolume(cloud);
  const profile = having.devices === true ? PROFILES.one : undefined;
  const parts = {
    networks: networksOf(cloud.network, port),
    needs: [...(profile === undefined ? [] : profileGroups(DEVICE)), ...portGroups(needs)],
    sameSubtree: needs.sameSubtree,
    ...(volume === undefined ? {} : { volume: { id: volume, attachment: await keptFor(at, uuid, volume) } }),
    ...(profile === undefined ? {} : { profile }),
  };
  await cell.publish({
    uuids: command.uuids,
    context: { ...command.context, auth_token: context.auth_token },
    args: argumentsWith(command.args, parts),
  });
  const asked = { uuid, port, bandwidth, volume, profile };
  at.asked.push(asked);
  return asked;
}

/** What the device profile asks for. */
const DEVICE = [{ resources: { FPGA: 1 }, requiredTraits: ['CUSTOM_FAKE_DEVICE'], forbiddenTraits: [] }];

/** A port of the user’s that nobody has. */
async function newUserPort({ cloud }: CloudCell, { bandwidth }: Having): Promise<string> {
  const token = await cloudToken(cloud, 'demo', 'demo');
  const port = { network_id: cloud.network, ...(bandwidth === true ? { qos_policy_id: cloud.bandwidthPolicy } : {}) };
  const url = `${cloudUrl(cloud, 'neutron')}/v2.0/ports`;
  return idIn(await ask({ url, method: 'POST', token, body: { port } }), 'port');
}

/** A port with what it asks for, which Neutron shows to Nova’s API. */
async function portOf(cloud: FilledCloud, id: string): Promise<JsonMap> {
  const token = await cloudToken(cloud, 'nova', 'service');
  return mapOf((await ask({ url: `${cloudUrl(cloud, 'neutron')}/v2.0/ports/${id}`, token }))['port']);
}

/** Keeps a volume for a server. */
async function keptFor({ cloud }: CloudCell, instance_uuid: string, volume_uuid: string): Promise<string> {
  const token = await cloudToken(cloud, 'demo', 'demo');
  const headers = { 'openstack-api-version': 'volume 3.44' };
  const body = { attachment: { volume_uuid, instance_uuid, connector: null } };
  const url = `${cloudUrl(cloud, 'cinder')}/v3/attachments`;
  return idIn(await ask({ url, method: 'POST', token, headers, body }), 'attachment');
}

const networksOf = (network: string, port: string | undefined): WireObject => {
  const none = { address: null, pci_request_id: null, tag: null, arq_uuid: null, device_profile: null };
  const asked = port === undefined ? { network_id: 'none', port_id: null } : { network_id: network, port_id: port };
  return newObject('NetworkRequestList', '1.1', {
    objects: [newObject('NetworkRequest', '1.3', { ...none, ...asked })],
  });
};

interface Parts {
  readonly networks: WireObject;
  readonly needs: readonly NeededGroup[];
  readonly sameSubtree: PortNeeds['sameSubtree'];
  readonly volume?: { readonly id: string; readonly attachment: string };
  /** Device profile of its flavor. */
  readonly profile?: string;
}

/** The arguments of a request for one server, with its network, volume and devices. */
function argumentsWith(args: BuildCommand['args'], parts: Parts): BuildCommand['args'] {
  const { networks, needs, sameSubtree, volume, profile } = parts;
  const having = volume === undefined ? args : withVolume(args, volume.id, volume.attachment);
  const flavored = (holder: WireObject): WireObject => {
    if (profile === undefined) return holder;
    const flavor = mustBeWire(fieldsOf(holder)['flavor'] ?? null, 'the flavor');
    return setFields(holder, { flavor: setFields(flavor, { extra_specs: { 'accel:device_profile': profile } }) });
  };
  return {
    ...having,
    requested_networks: networks,
    build_requests: having.build_requests.map((request) => inside(request, 'instance', flavored)),
    request_spec: having.request_spec.map((spec) =>
      setFields(flavored(spec), {
        requested_networks: networks,
        requested_resources: needs.map(requestGroup),
        request_level_params: levelParams(sameSubtree),
      }),
    ),
  };
}
